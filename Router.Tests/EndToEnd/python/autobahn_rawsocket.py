"""python3 autobahn_rawsocket.py 127.0.0.1 8080 msgpack: Autobahn for Python over RawSocket. Prints what it has seen as its last line, in JSON. Needs the realms of LabRealm.cs."""

import asyncio
import json
import sys

from autobahn.asyncio.component import Component
from autobahn.asyncio.rawsocket import WampRawSocketClientProtocol
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import PublishOptions

# Autobahn 22.7 forgets this on asyncio.
WampRawSocketClientProtocol.transport_details = property(lambda protocol: protocol._transport_details)

HOST, PORT, SERIALIZER = sys.argv[1], int(sys.argv[2]), sys.argv[3]
ROOT = "com.example.lab.python"
PAYLOAD = {"text": "Grüße, 世界 🌍", "numbers": [0, -1, 4294967296, 1.5], "others": [True, None, [], {}]}
LARGE = 300_000
TOO_LARGE = 2_000_000
BURST = 500

seen = {}


def component(authid, ticket):
    return Component(
        transports=[{"type": "rawsocket", "url": f"rs://{HOST}:{PORT}", "serializer": SERIALIZER, "max_retries": 0}],
        realm="lab",
        authentication={"ticket": {"authid": authid, "ticket": ticket}},
    )


def service(ready, over):
    """The neighbour: it is called, and hears what is published."""
    ada = component("ada", "ada-ticket")

    @ada.on_join
    async def joined(session, details):
        await session.register(lambda *args: args[0] if len(args) == 1 else list(args), f"{ROOT}.echo")
        await session.register(lambda length: "x" * length, f"{ROOT}.text")
        events = []
        arrived = asyncio.Event()

        def on_event(*args, **kwargs):
            events.append([list(args), kwargs])
            arrived.set()

        await session.subscribe(on_event, f"{ROOT}.news")
        ready.set()
        await arrived.wait()
        seen["events"] = events
        await over.wait()
        session.leave()

    return ada


def caller(over):
    bob = component("bob", "bob-ticket")

    @bob.on_join
    async def joined(session, details):
        try:
            await look_around(session, details)
        finally:
            over.set()
            session.leave()

    return bob


async def look_around(session, details):
    seen["in"] = f"{details.authid} is in as {details.authrole} by {details.authmethod}"
    seen["transport"] = (await session.call("wamp.session.get", details.session))["transport"]
    seen["result"] = await session.call(f"{ROOT}.echo", PAYLOAD, 2)
    seen["large"] = len(await session.call(f"{ROOT}.text", LARGE))
    numbers = await asyncio.gather(*(session.call(f"{ROOT}.echo", number) for number in range(BURST)))
    seen["burst"] = numbers == list(range(BURST))
    await session.publish(f"{ROOT}.news", PAYLOAD, key="value", options=PublishOptions(acknowledge=True))
    try:
        await session.call(f"{ROOT}.missing")
    except ApplicationError as error:
        seen["missing"] = error.error
    try:
        await session.call(f"{ROOT}.echo", "x" * TOO_LARGE)
    except ValueError as error:
        seen["too_large"] = str(error)
    seen["after_too_large"] = await session.call(f"{ROOT}.echo", "still there")


async def fail_to_log_in(loop):
    ada = component("ada", "guess")

    @ada.on_leave
    def left(session, details):
        seen["wrong_ticket"] = details.reason

    try:
        await ada.start(loop=loop)
    except RuntimeError:
        pass        # it has no more attempts left


async def main():
    ready, over = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    serving = service(ready, over).start(loop=loop)
    await ready.wait()
    await asyncio.gather(serving, caller(over).start(loop=loop), return_exceptions=True)      # over RawSocket a component ends with an error, even if its session has left
    await fail_to_log_in(loop)
    print(json.dumps(seen))


asyncio.run(asyncio.wait_for(main(), timeout=60))
