"""Many small fictional pages, for crawls that are stopped; 2,000 of them are enough to start a pool."""

from __future__ import annotations

from pathlib import Path

_BODY = (
    "MINSK, 3. April (BelTA) - Der Chor Nummer {n} sang auf dem Markt, und viele Gäste hörten zu.\n\n"
    "Am Abend spielte die Kapelle Nummer {n} am Fluss weiter, und die Kinder tanzten bis in die Nacht.\n\n"
    "Die Bäcker hatten seit dem Morgen Brot und Kuchen gebacken, und kurz nach Mittag war alles verkauft.\n\n"
    "Wer keinen Platz auf den Bänken fand, der saß auf der Mauer am Ufer oder hörte von den Booten aus zu.\n\n"
    "Zum Schluss sangen alle zusammen das Lied vom Fährmann, das in der Stadt jedes Kind kennt.\n"
)
PAGE = (
    "Projekte\nStaatsorgane\nflag Freitag, 19 April 2024\nAlle Nachrichten\nAlle Nachrichten\nKultur\n"
    "03 April 2024, 14:54\n\nChor Nummer {n} singt auf dem Markt\n\n" + _BODY + "\nAbonnieren Sie uns auf\nTwitter\n"
    "Letzte Nachrichten aus Belarus\n"
)


def fill(folder: Path, number: int) -> Path:
    """Write pages; each tenth is empty, each seventh a second capture of the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(number):
        text = "" if n % 10 == 9 else PAGE.format(n=n - (n % 7 == 6))
        (folder / f"{n:06}.txt").write_text(text, encoding="utf-8")
    return folder
