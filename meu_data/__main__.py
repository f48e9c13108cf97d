"""`python -m meu_data` is the same program as `meu-data`."""

from meu_data.cli import main

if __name__ == "__main__":
    main()
