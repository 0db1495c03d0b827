using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Transports.LongPoll;

/// <summary>How a transport ends, and what whoever asks then is told.</summary>
[Over("longpoll", "json")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CloseTests
{
    private LongPollRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await LongPollRig.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    [Shows("longpoll.close")]
    public async Task Close_RequestWaits_IsAnsweredEmptyAndTheSessionEnds()
    {
        var (id, session) = (await _rig.OpenAsync(), await _rig.Receivers.NextAsync());
        var receiving = _rig.AskAsync($"{id}/receive");

        Assert.That((await _rig.AskAsync($"{id}/close")).Status, Is.EqualTo(202));

        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.ClosedByPeer));
        Assert.That((await receiving.Soon()).Status, Is.EqualTo(204).Or.EqualTo(404), "404: it came later");
        foreach (var what in (string[])["receive", "send", "close"])
        {
            Assert.That((await _rig.AskAsync($"{id}/{what}", "[]")).Status, Is.EqualTo(404), what);
        }
    }

    [Test]
    [Shows("longpoll.close")]
    public async Task Close_BehindWhatWasSent_EndsAfterIt()
    {
        var (id, session) = (await _rig.OpenAsync(), await _rig.Receivers.NextAsync());
        await _rig.SendAsync(id, """[1,"r",{}]""");

        await _rig.AskAsync($"{id}/close");

        Assert.That((await session.Ended, session.Messages), Is.EqualTo((DisconnectReason.ClosedByPeer, 1)));
    }

    [Test]
    [Shows("longpoll.end")]
    public async Task Session_Ends_LastMessageIsReceivedThenTheTransportIsGone()
    {
        var (id, session) = (await _rig.OpenAsync(), await _rig.Receivers.NextAsync());
        session.OnMessage = _ => ReceiveStatus.Close;
        await _rig.SendAsync(id, """[1,"r",{}]""");

        Assert.That((await _rig.AskAsync($"{id}/send", """[1,"r",{}]""")).Status, Is.EqualTo(410));
        Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((200, """[1,"r",{}]""")));
        Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((410, "This transport has ended: the router has closed the connection. Open another.\n")));
    }

    [Test]
    [Shows("longpoll.end")]
    public async Task Session_Ends_ClientMayStillClose()
    {
        var (id, session) = (await _rig.OpenAsync(), await _rig.Receivers.NextAsync());
        session.OnMessage = _ => ReceiveStatus.Close;
        await _rig.SendAsync(id, """[1,"r",{}]""");
        await _rig.AskAsync($"{id}/receive");

        Assert.That((await _rig.AskAsync($"{id}/close")).Status, Is.EqualTo(202));
    }

    [Test]
    [Shows("longpoll.end")]
    public async Task Router_ClosesConnections_WaitingRequestIsToldSo()
    {
        var (id, session) = (await _rig.OpenAsync(), await _rig.Receivers.NextAsync());
        var receiving = _rig.AskAsync($"{id}/receive");
        await _rig.SendAsync(id, """[1,"r",{}]""");
        Assert.That((await receiving.Soon()).Status, Is.EqualTo(200));
        receiving = _rig.AskAsync($"{id}/receive");

        _rig.Services.Roster.CloseAll();

        Assert.That((await receiving.Soon()).Status, Is.EqualTo(410).Or.EqualTo(404));
        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.ClosedByRouter));
        await _rig.Services.Roster.WhenEmptyAsync().Soon();
    }

    [Test]
    public async Task Router_DropsConnections_WaitingRequestIsToldSo()
    {
        var id = await _rig.OpenAsync();
        var session = await _rig.Receivers.NextAsync();
        var receiving = _rig.AskAsync($"{id}/receive");

        session.Connection.Abort();

        Assert.That((await receiving.Soon()).Status, Is.EqualTo(410).Or.EqualTo(404));
    }
}
