"""`python -m xnorm` is the command line."""

from xnorm.cli import main

if __name__ == "__main__":
    main()
