/** Public top-level names of the standard library of Python 3.10 to 3.14 (sys.stdlib_module_names). */
const names = new Set(
  (
    "abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 " +
    "bdb binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop " +
    "collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg " +
    "crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings " +
    "ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc " +
    "genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib " +
    "imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma " +
    "mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib " +
    "nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools " +
    "pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr " +
    "pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched " +
    "secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd " +
    "sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess " +
    "sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading " +
    "time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types " +
    "typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref " +
    "xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo"
  ).split(" "),
);

export function isStandardLibrary(name: string): boolean {
  return names.has(name);
}

/** The minor versions of Python between which a module is part of it, where not all of 3.10 to 3.14 have it. */
const versions = new Map<string, { readonly since?: number; readonly until?: number }>([
  ...["asynchat", "asyncore", "distutils", "imp", "smtpd"].map((name) => [name, { until: 12 }] as const),
  ..."aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib"
    .split(" ")
    .map((name) => [name, { until: 13 }] as const),
  ["binhex", { until: 11 }],
  ["tomllib", { since: 11 }],
  ["annotationlib", { since: 14 }],
  ["compression", { since: 14 }],
]);

/** Whether the standard library of another version has this module, but not that of `3.<minor>`. */
export function isStandardElsewhere(name: string, minor: number): boolean {
  const { since = 0, until = Infinity } = versions.get(name) ?? {};
  return minor < since || minor >= until;
}
