"""The program, whether it is started as `meu-data` or as `python -m meu_data`."""

import sys


def main() -> None:
    """Runs it; Ctrl-C while the program is still being loaded ends it in silence, with code 130."""
    try:
        from meu_data.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
