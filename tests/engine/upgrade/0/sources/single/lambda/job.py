from group_lib import NAME


def handler(event, context):
    return NAME
