"""Starts awslambdaric with the module search path of Lambda's own Python runtimes.

Order in Lambda: /var/task, /opt/python/lib/python3.N/site-packages, /opt/python, /var/runtime, standard library. A PYTHONPATH set by the
function switches the layer folders off, as in Lambda. awslambdaric is imported before the function's folder is on the path, as in
Lambda's /var/runtime/bootstrap.py: modules that it imports are never the function's.
"""

import json  # noqa: F401
import logging  # noqa: F401
import os
import site
import sys
import time  # noqa: F401
import traceback  # noqa: F401
import warnings  # noqa: F401

import awslambdaric.__main__

task = os.environ["LAMBDA_TASK_ROOT"]
if os.getcwd() == "/":  # in an image, the working folder is the image's
    os.chdir(task)
layers = [f"/opt/python/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", "/opt/python"]
search_layers = "PYTHONPATH" not in os.environ

sys.path[:0] = [task, *(layers if search_layers else [])]
for folder in [task, *(layers if search_layers else [])]:
    site.addsitedir(folder)

awslambdaric.__main__.main([__file__, os.environ["_HANDLER"]])
