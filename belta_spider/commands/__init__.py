"""The project's commands, beside Scrapy's own."""

PROGRAM = "belta"
"""The name of the program, where it is not called as Scrapy."""
SCRIPTS = {"bash": "belta.bash", "fish": "belta.fish", "zsh": "_belta"}
"""What each shell reads to complete what is typed, in `belta_spider/completion/`."""
