/**
 * Starts AWS's runtime interface client with the search path of Lambda's own Python runtimes: the function's folder,
 * the layers, the client, the standard library. The client is imported before the function's folder is on the path, as
 * in Lambda, so modules that it imports are never the function's. The function's output goes to stderr. The file
 * contains the id of the process whose memory is measured.
 */
export const bootstrap = `
import os, sys
os.dup2(2, 1)
with open(os.environ.pop("UVLAMBDA_PID_FILE"), "w") as file:
    file.write(str(os.getpid()))
layer = os.environ.pop("UVLAMBDA_LAYER")
client = os.environ.pop("UVLAMBDA_CLIENT")
sys.path[0:1] = [client]
import json, logging, site, time, traceback, warnings
import awslambdaric.__main__
task = os.environ["LAMBDA_TASK_ROOT"]
folders = [task]
if "PYTHONPATH" not in os.environ:
    folders += [f"{layer}/python/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", f"{layer}/python"]
sys.path[:0] = folders
for folder in folders:
    site.addsitedir(folder)
awslambdaric.__main__.main(["bootstrap", os.environ["_HANDLER"]])
`.trimStart();
