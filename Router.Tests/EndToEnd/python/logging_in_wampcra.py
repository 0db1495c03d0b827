import asyncio
import sys

from autobahn.asyncio.component import Component
from autobahn.wamp.types import PublishOptions

url, authid, password = sys.argv[1:] or ("ws://127.0.0.1:8080/ws", "alice", "alice-demo-password")

component = Component(
    transports=[{"type": "websocket", "url": url, "serializers": ["msgpack", "json"], "max_retries": 0}],
    realm="shop",
    authentication={"wampcra": {"authid": authid, "secret": password}},
)


@component.on_join
async def joined(session, details):
    print(f"{details.authid} is in as {details.authrole} by {details.authmethod}")
    print(await session.call("com.shop.stock", "tea"))
    await session.publish("com.shop.sold", "tea", options=PublishOptions(acknowledge=True))
    session.leave()


async def main():
    await component.start(loop=asyncio.get_running_loop())


asyncio.run(main())
