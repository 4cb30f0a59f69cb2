"""Prints the top-level modules that Lambda's Python has imported before it looks for a handler, sorted, one a line.

Usage: python3.N -I -S imported_modules.py FOLDER, where FOLDER holds awslambdaric for this Python. With -S nothing of this machine is
imported: no sitecustomize, no .pth files. The imports are those of /var/runtime/bootstrap.py, which come before /var/task is put on sys.path.
"""

import sys

sys.path.append(sys.argv[1])

import json  # noqa: E402, F401
import logging  # noqa: E402, F401
import os  # noqa: E402, F401
import site  # noqa: E402, F401
import time  # noqa: E402, F401
import traceback  # noqa: E402, F401
import warnings  # noqa: E402, F401

import awslambdaric.__main__  # noqa: E402, F401

print("\n".join(sorted({name.partition(".")[0] for name in sys.modules})))
