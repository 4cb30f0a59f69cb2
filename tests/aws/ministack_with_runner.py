"""MiniStack as the control plane, with our runner in place of its own executor.

MiniStack keeps functions, versions, aliases, queues and asynchronous retries; whatever it would execute goes to the runner as one HTTP
call, with the paths of the archives it stored. Its own forwarding (MINISTACK_LAMBDA_PROXY_<name>) needs every function's name beforehand
and cannot pass on function errors and logs, so private functions are replaced; a MiniStack without them is refused.
"""

import ctypes
import hashlib
import json
import os
import pathlib
import re
import signal
import socket
import sys
import urllib.request
import xml.sax.saxutils

from hypercorn.config import Config, Sockets

# Held from now on, so that no other process can answer at the address that the tests are told.
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.setblocking(False)
port = listener.getsockname()[1]
os.environ.update(BIND_HOST="127.0.0.1", GATEWAY_PORT=str(port))  # before MiniStack is loaded: it has the port in URLs

from ministack.services import cloudwatch, lambda_svc, sqs, ssm  # noqa: E402

RUNNER = os.environ.pop("UVLAMBDA_RUNNER_URL")
SPOOL = pathlib.Path(os.environ.pop("UVLAMBDA_RUNNER_SPOOL"))


def spooled(archive):
    path = SPOOL / (hashlib.sha256(archive).hexdigest() + ".zip")
    if not path.exists():
        partial = path.with_suffix(f".{os.urandom(8).hex()}")
        partial.write_bytes(archive)
        partial.rename(path)
    return str(path)


def execute(func, event, _proxy_url, request_id):
    config = func.get("config") or func
    code = func.get("code_zip")
    request = {
        "config": {key: value for key, value in config.items() if not isinstance(value, bytes)},
        "code": [spooled(code)] if code else [],
        "layers": [spooled(lambda_svc._resolve_layer_zip(layer)) for layer in config.get("Layers") or []],
        "requestId": request_id,
        "event": event,
    }
    call = urllib.request.Request(RUNNER, data=json.dumps(request, default=str).encode(), method="POST")
    with urllib.request.urlopen(call) as response:
        answer = json.load(response)
    result = {"body": json.loads(answer["payload"]), "log": answer["log"]}
    if answer.get("functionError"):
        result.update(error=True, function_error=answer["functionError"])
    return result


REPLACED = (
    "_proxy_url_for",
    "_execute_function_proxy",
    "_resolve_layer_zip",
    "_put_event_invoke_config",
    "_update_config",
    "_update_function_url_config",
)
for name in REPLACED:
    if not hasattr(lambda_svc, name):
        raise SystemExit(f"this MiniStack has no lambda_svc.{name}: the bridge to the runner was written for 1.5.33")
if not hasattr(cloudwatch, "_describe_alarms"):
    raise SystemExit("this MiniStack has no cloudwatch._describe_alarms: alarms would be read back in part")
if not hasattr(ssm, "_reserved_name_error"):
    raise SystemExit("this MiniStack has no ssm._reserved_name_error: tests could not publish what AWS publishes")
if sys.platform == "linux":  # do not outlive the tests, however they end
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)

lambda_svc._proxy_url_for = lambda _config: RUNNER
lambda_svc._execute_function_proxy = execute

put_event_invoke_config = lambda_svc._put_event_invoke_config


def put_as_given(name, qualifier, data):
    """MiniStack answers with a maximum age where none was given. AWS answers with none: the provider's acceptance tests expect that."""
    answer = put_event_invoke_config(name, qualifier, data)
    if answer[0] != 200 or "MaximumEventAgeInSeconds" in data:
        return answer
    stored = lambda_svc._functions[name]["event_invoke_configs"][qualifier or ""]
    del stored["MaximumEventAgeInSeconds"]
    return lambda_svc.json_response(stored)


update_config = lambda_svc._update_config

# A part of a function's configuration, and what an empty one lacks.
REMOVABLE = {"Environment": "Variables", "DeadLetterConfig": "TargetArn"}


def update_without_empty_parts(name, data):
    """MiniStack keeps parts that were emptied. AWS has none then: after they were removed, the provider's acceptance tests plan nothing."""
    answer = update_config(name, data)
    if answer[0] != 200:
        return answer
    config = lambda_svc._functions[name]["config"]
    for part, content in REMOVABLE.items():
        if not (config.get(part) or {}).get(content):
            config.pop(part, None)
    return lambda_svc.json_response(config)


update_url = lambda_svc._update_function_url_config


def update_url_without_empty_cors(name, data, qualifier):
    """MiniStack keeps an empty Cors. AWS has none then: the acceptance tests of terraform-provider-aws's pull request 28439 plan nothing."""
    answer = update_url(name, data, qualifier)
    if answer[0] != 200 or data.get("Cors") != {}:
        return answer
    config = lambda_svc._function_urls[lambda_svc._url_config_key(name, qualifier)]
    del config["Cors"]
    return lambda_svc.json_response(config)


lambda_svc._put_event_invoke_config = put_as_given
lambda_svc._update_config = update_without_empty_parts
lambda_svc._update_function_url_config = update_url_without_empty_cors



def with_compact_documents(act):
    """MiniStack answers with a queue's redrive policy as it was written. AWS writes it without white space (localstack/localstack#3427)."""

    def compacting(data, url):
        attributes = data.get("Attributes") or {}
        compact = {}
        for name in {"Policy", "RedrivePolicy", "RedriveAllowPolicy"} & attributes.keys():
            try:
                compact[name] = json.dumps(json.loads(attributes[name]), separators=(",", ":"))
            except ValueError:
                continue  # Not JSON: for MiniStack to refuse.
        return act({**data, "Attributes": {**attributes, **compact}}, url)

    return compacting


for operation in ("CreateQueue", "SetQueueAttributes"):
    sqs._HANDLERS[operation] = with_compact_documents(sqs._HANDLERS[operation])

describe_alarms = cloudwatch._describe_alarms
# What the answer in XML leaves out. The one in JSON has it, as the shape MetricAlarm of AWS's API model has.
LEFT_OUT = ("ActionsEnabled", "AlarmActions", "AlarmDescription", "Dimensions", "ExtendedStatistic", "OKActions", "Period", "Statistic")
LEFT_OUT += ("TreatMissingData", "Unit")


def in_xml(value):
    if isinstance(value, dict):
        return "".join(f"<{name}>{in_xml(inner)}</{name}>" for name, inner in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{in_xml(item)}</member>" for item in value)
    return xml.sax.saxutils.escape(str(value).lower() if isinstance(value, bool) else str(value))


def describe_whole_alarms(params, cbor_data, is_cbor, is_json=False):
    status, headers, body = describe_alarms(params, cbor_data, is_cbor, is_json)
    if is_cbor or is_json or status != 200:
        return status, headers, body

    def complete(found):
        alarm = cloudwatch._alarms.get(found[1].rpartition(":")[2]) or {}
        return found[0] + in_xml({name: alarm[name] for name in LEFT_OUT if alarm.get(name) not in (None, "")})

    return status, headers, re.sub("<AlarmArn>(.*?)</AlarmArn>", complete, body.decode()).encode()


cloudwatch._describe_alarms = describe_whole_alarms

refuse_reserved_name = ssm._reserved_name_error
# Tests are AWS here: they publish the parameters that AWS does.
ssm._reserved_name_error = lambda name: None if name.startswith("/aws/service/powertools/") else refuse_reserved_name(name)



def held_sockets(_config):
    listener.listen()  # Not before: MiniStack does not start where something listens.
    return Sockets([], [listener], [])


if not hasattr(Config, "create_sockets"):
    raise SystemExit("this hypercorn has no Config.create_sockets: MiniStack would look for a port of its own")
Config.create_sockets = held_sockets

from ministack.app import main  # noqa: E402

print(f"port {port}", flush=True)
main()
