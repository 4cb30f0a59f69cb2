/** What CPython 3.10 has without an import, in every module and class. */
const names = new Set(
  (
    "ArithmeticError AssertionError AttributeError BaseException BlockingIOError BrokenPipeError BufferError " +
    "BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError " +
    "ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception " +
    "FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError " +
    "ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt " +
    "LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented " +
    "NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError " +
    "RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration " +
    "SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError " +
    "UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning " +
    "ValueError Warning ZeroDivisionError abs aiter all anext any ascii bin bool breakpoint bytearray bytes " +
    "callable chr classmethod compile complex copyright credits delattr dict dir divmod enumerate eval exec exit " +
    "filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter " +
    "len license list locals map max memoryview min next object oct open ord pow print property quit range repr " +
    "reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip"
  ).split(" "),
);

/** The minor versions of Python since which there are more. */
const later = new Map([
  ["BaseExceptionGroup", 11],
  ["ExceptionGroup", 11],
  ["PythonFinalizationError", 13],
  ["_IncompleteInputError", 13],
]);

/**
 * What other programs put there: gettext's names, those of notebooks and of debuggers. And what code for Python 2 and
 * for Windows asks for after it has looked at the version.
 */
const elsewhere = new Set(
  (
    "_ N_ ngettext gettext pgettext npgettext get_ipython display reveal_type reveal_locals profile ic " +
    "WindowsError basestring buffer cmp coerce execfile file intern long raw_input reduce reload unichr unicode " +
    "xrange apply unicode_literals"
  ).split(" "),
);

/** Whether Python 3.`minor`, or another program, may bring the name. */
export function isBuiltinName(name: string, minor: number): boolean {
  if (/^__\w*__$/.test(name) || names.has(name) || elsewhere.has(name)) return true;
  return minor >= (later.get(name) ?? Infinity);
}
