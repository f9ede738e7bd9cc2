"""The wheel holds all that the package needs, and works where nothing else of the project is."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_edition_files_and_says_that_it_is_typed(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    editions = {f"belta_spider/editions/{path.name}" for path in (ROOT / "belta_spider/editions").glob("*.toml")}
    assert editions | {"belta_spider/py.typed"} <= names
    assert not [name for name in names if name.startswith(("tests", "fixtures"))]


def test_the_wheel_cleans_a_page(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    page = next(iter((ROOT / "fixtures/de").glob("000_*.txt")))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import belta_spider\n"
        "from belta_spider.cleaning import clean\n"
        "from belta_spider.items import Page\n"
        f"print(belta_spider.__file__, clean(Page('text', 'x', open({str(page)!r}, 'rb').read())).article.edition)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == [str(tmp_path / "belta_spider/__init__.py"), "de"]
