"""python3 autobahn_rawsocket_pinged.py 127.0.0.1 8080: Autobahn for Python over RawSocket, silent until its connection is gone."""

import asyncio
import sys

from autobahn.asyncio.component import Component
from autobahn.asyncio.rawsocket import WampRawSocketClientProtocol

# Autobahn 22.7 forgets this on asyncio.
WampRawSocketClientProtocol.transport_details = property(lambda protocol: protocol._transport_details)

component = Component(
    transports=[{"type": "rawsocket", "url": f"rs://{sys.argv[1]}:{sys.argv[2]}", "serializer": "json", "max_retries": 0}],
    realm="realm1",
)
lost = asyncio.Event()


@component.on_join
async def joined(session, details):
    print("in")
    await lost.wait()


@component.on_disconnect
def disconnected(session, was_clean):
    print("clean" if was_clean else "lost")
    lost.set()


async def main():
    started = component.start(loop=asyncio.get_running_loop())
    await asyncio.wait_for(lost.wait(), timeout=30)
    started.cancel()


asyncio.run(main())
