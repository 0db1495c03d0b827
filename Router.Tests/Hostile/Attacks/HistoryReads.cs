namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>One caller asks for a whole history again and again, and reads none of it.</summary>
internal sealed class HistoryReads() : Attack("reads of a history that nobody takes", memoryBound: 160)
{
    private const int Events = 500;
    private const int EventBytes = 60_000;
    private const int Reads = 40;

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        using var publisher = await HostileSocket.JoinAsync(router);
        var text = new string('x', EventBytes);
        for (var i = 1; i <= Events; i++)
        {
            await publisher.SendAsync($$"""[16,{{i}},{"acknowledge":true},"{{HostileRealm.History}}a",["{{text}}"]]""");
            await publisher.ReceiveAsync(over);
        }

        await publisher.SendAsync($$"""[48,1,{},"wamp.subscription.lookup",["{{HostileRealm.History}}",{"match":"prefix"}]]""");
        var answer = await publisher.ReceiveAsync(over);
        var subscription = answer![(answer!.LastIndexOf('[') + 1)..answer.IndexOf(']', StringComparison.Ordinal)];
        using var reader = await HostileSocket.JoinAsync(router, receiveBuffer: 4096);
        await EndQuietlyAsync(async () =>
        {
            for (var i = 1; i <= Reads * scale; i++)
            {
                await reader.SendAsync($$"""[48,{{i}},{},"wamp.subscription.get_events",[{{subscription}}]]""");
            }
        });
        await StayAsync(over);
    }
}
