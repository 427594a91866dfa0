"""A custom transfer agent of git-lfs for the tests: brings objects out of a folder.

usage: transfer_agent.py OBJECTS LOG MODE

Each message that it gets is a line of LOG, after its process number. MODE is what it does: `good`, or one of the faults
below.
"""

import json
import os
import shutil
import sys
import tempfile
import time

objects, log, mode = sys.argv[1:]


def say(**message):
    print(json.dumps(message), flush=True)


def bring(oid, size):
    source = os.path.join(objects, oid)
    if not os.path.exists(source):
        return say(event="complete", oid=oid, error={"code": 404, "message": "no such \x1b[2Jobject"})
    if mode == "die":
        sys.exit("out of \x1b[2Jorder")
    if mode == "rubbish":
        return print("this is no message", flush=True)
    if mode == "hang":
        time.sleep(600)
    if mode == "stranger":
        return say(event="complete", oid="0" * 64, path=source)
    if mode == "nowhere":
        return say(event="complete", oid=oid, path="/nonexistent/file")
    if mode == "device":
        return say(event="complete", oid=oid, path="/dev/zero")
    if mode == "link":
        path = os.path.join(tempfile.mkdtemp(), "link")
        os.symlink(source, path)
        return say(event="complete", oid=oid, path=path)
    descriptor, path = tempfile.mkstemp(prefix="agent-")
    with open(source, "rb") as original, os.fdopen(descriptor, "wb") as copy:
        half = size // 2
        copy.write(original.read(half))
        copy.flush()
        say(event="progress", oid=oid, bytesSoFar=half, bytesSinceLast=half)
        shutil.copyfileobj(original, copy)
        if mode == "wrong":
            copy.seek(0)
            copy.write(b"?")
        if mode == "long":
            copy.write(b"more")
    say(event="progress", oid=oid, bytesSoFar=size, bytesSinceLast=size - half)
    say(event="complete", oid=oid, path=path)


with open(log, "a") as notes:
    for line in sys.stdin:
        print(os.getpid(), line, end="", file=notes, flush=True)
        message = json.loads(line)
        if message["event"] == "init":
            say(error={"code": 32, "message": "not today"}) if mode == "refuse" else say()
        elif message["event"] == "download":
            bring(message["oid"], message["size"])
        elif message["event"] == "terminate":
            break
