"""Starts awslambdaric with the module search path of Lambda's own Python runtimes.

Order in Lambda: /var/task, /opt/python/lib/python3.N/site-packages, /opt/python, /var/runtime, standard library. A PYTHONPATH set by the
function switches the layer folders off, as in Lambda.
"""

import os
import site
import sys

task = os.environ["LAMBDA_TASK_ROOT"]
if os.getcwd() == "/":  # in an image, the working folder is the image's
    os.chdir(task)
layers = [f"/opt/python/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", "/opt/python"]
search_layers = "PYTHONPATH" not in os.environ

sys.path[:0] = [task, *(layers if search_layers else [])]
for folder in [task, *(layers if search_layers else [])]:
    site.addsitedir(folder)

from awslambdaric.__main__ import main  # noqa: E402

main([__file__, os.environ["_HANDLER"]])
