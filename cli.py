"""Runs the program from a checkout that is not installed: `python cli.py render ...`."""

from meu_data.cli import main

if __name__ == "__main__":
    main()
