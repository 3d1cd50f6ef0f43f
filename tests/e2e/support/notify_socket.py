"""A service manager's socket, as sd_notify(3) has it, at an address (@ before an abstract one): what
comes is printed as a JSON list of its lines, a line each, until standard input ends. Node has no
sockets of this kind."""
import json
import os
import select
import socket
import sys

address = sys.argv[1]
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind('\0' + address[1:] if address.startswith('@') else address)
if not address.startswith('@'):
    os.chmod(address, 0o777)
print(json.dumps([]), flush=True)
while True:
    ready, _, _ = select.select([manager, sys.stdin], [], [])
    if manager in ready:
        print(json.dumps(manager.recv(65536).decode().split('\n')), flush=True)
    elif sys.stdin in ready:
        break
