"""The command line: each module is one group of commands; it parses, calls and prints, and decides nothing.

A group is a module with `add(subparsers)`, which adds its parser and sets `run` to a function from the parsed
arguments to the exit code. It imports what is heavy inside its functions, so that `--help` stays quick.
"""
