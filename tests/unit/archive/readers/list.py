"""Lists a zip as Python reads it: one JSON object a line. Reading the bytes makes Python check each CRC."""

import hashlib
import json
import stat
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as archive:
    for info in archive.infolist():
        mode = info.external_attr >> 16
        assert stat.S_ISREG(mode), (info.filename, oct(mode))
        assert info.date_time == (1980, 1, 1, 0, 0, 0), info.date_time
        assert (info.create_system, info.create_version, info.extract_version) == (3, 20, 20), info
        assert info.flag_bits == 0x800 and not info.extra and not info.comment, info
        content = archive.read(info)
        sha256 = hashlib.sha256(content).hexdigest()
        print(json.dumps({"path": info.filename, "mode": stat.S_IMODE(mode), "size": len(content), "sha256": sha256}))
