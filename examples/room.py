"""Sends a danmaku and prints the room's events, with nothing but Python 3's own library."""
import json, os, secrets, sys, urllib.request

env = os.environ
message = {"text": sys.argv[1], "key": secrets.token_hex(12)}
headers = {"authorization": "Bearer " + env["TOKEN"], "x-barrage-client": "python", "content-type": "application/json"}
url = f"{env['API']}/api/v1/rooms/{env['ROOM']}/messages"
with urllib.request.urlopen(urllib.request.Request(url, json.dumps(message).encode(), headers), timeout=10) as answer:
    print("stored at", json.load(answer)["cursor"], flush=True)
with urllib.request.urlopen(f"{env['REALTIME']}/rooms/{env['ROOM']}/events?tail=10", timeout=60) as stream:
    for line in stream:
        if line.startswith(b"data: "):
            print(json.loads(line[6:]), flush=True)
