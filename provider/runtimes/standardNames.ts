/**
 * Names of the standard library that not all of Python 3.10 to 3.13 have, and what Python 3.9 and 3.10 removed: those
 * that its documentation tells people to import.
 */
const since: Readonly<Record<number, string>> = {
  11:
    "asyncio.Barrier asyncio.BrokenBarrierError asyncio.Runner asyncio.TaskGroup asyncio.Timeout asyncio.timeout " +
    "asyncio.timeout_at contextlib.chdir datetime.UTC enum.EnumCheck enum.EnumType enum.FlagBoundary enum.ReprEnum " +
    "enum.StrEnum enum.global_enum enum.member enum.nonmember enum.property enum.show_flag_values enum.verify " +
    "enum.CONTINUOUS enum.NAMED_FLAGS enum.UNIQUE enum.STRICT enum.CONFORM enum.EJECT enum.KEEP " +
    "hashlib.file_digest inspect.getmembers_static locale.getencoding logging.getLevelNamesMapping math.cbrt " +
    "math.exp2 operator.call re.NOFLAG sqlite3.Blob typing.LiteralString typing.Never typing.NotRequired " +
    "typing.Required typing.Self typing.TypeVarTuple typing.Unpack typing.assert_never typing.assert_type " +
    "typing.clear_overloads typing.dataclass_transform typing.get_overloads typing.reveal_type",
  12:
    "asyncio.create_eager_task_factory asyncio.eager_task_factory calendar.Day calendar.Month " +
    "collections.abc.Buffer inspect.BufferFlags inspect.markcoroutinefunction itertools.batched " +
    "logging.getHandlerByName logging.getHandlerNames math.sumprod random.binomialvariate " +
    "types.get_original_bases typing.TypeAliasType typing.override",
  13:
    "asyncio.EventLoop asyncio.QueueShutDown base64.z85decode base64.z85encode copy.replace enum.EnumDict math.fma " +
    "os.process_cpu_count pathlib.UnsupportedOperation statistics.kde statistics.kde_random typing.NoDefault " +
    "typing.ReadOnly typing.TypeIs typing.get_protocol_members typing.is_protocol unittest.mock.ThreadingMock " +
    "warnings.deprecated",
};

const until: Readonly<Record<number, string>> = {
  9: "base64.decodestring base64.encodestring fractions.gcd",
  10:
    "collections.Awaitable collections.Callable collections.Container collections.Coroutine collections.Generator " +
    "collections.Hashable collections.ItemsView collections.Iterable collections.Iterator collections.KeysView " +
    "collections.Mapping collections.MappingView collections.MutableMapping collections.MutableSequence " +
    "collections.MutableSet collections.Reversible collections.Sequence collections.Set collections.Sized " +
    "collections.ValuesView",
  11: "asyncio.coroutine inspect.ArgSpec inspect.formatargspec inspect.getargspec",
  12: "configparser.SafeConfigParser ssl.match_hostname ssl.wrap_socket",
  13: "configparser.LegacyInterpolation locale.resetlocale unittest.findTestCases unittest.makeSuite",
};

const versions = new Map<string, (minor: number) => boolean>();
for (const [minor, names] of Object.entries(since))
  for (const name of names.split(" ")) versions.set(name, (other) => other >= Number(minor));
for (const [minor, names] of Object.entries(until))
  for (const name of names.split(" ")) versions.set(name, (other) => other < Number(minor));

/** Whether a module of the standard library has this name in another version of Python, but not in `3.<minor>`. */
export function isStandardNameElsewhere(module: string, name: string, minor: number): boolean {
  return versions.get(`${module}.${name}`)?.(minor) === false;
}
