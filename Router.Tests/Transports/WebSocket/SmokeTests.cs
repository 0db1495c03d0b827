using WampRouter.Transports.WebSocket;

namespace WampRouter.Tests.Transports.WebSocket;

[TestFixture]
public sealed class SmokeTests
{
    [Test]
    public async Task Echo([Values] WayIn way)
    {
        await using var rig = await WebSocketRig.StartAsync();
        await using var client = await rig.ConnectAsync(way);
        await client.SendTextAsync("hi");
        Assert.That((await client.ReceiveAsync())!.Text, Is.EqualTo("hi"));
        await client.SendCloseAsync();
        Assert.That((await client.ReceiveAsync())!.Opcode, Is.EqualTo(WebSocketOpcode.Close));
        Assert.That(await client.ReceiveAsync(), Is.Null);
    }
}
