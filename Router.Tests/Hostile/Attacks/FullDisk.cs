namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>
/// Publishers who fill what little room there is for durable histories, and go on: some ask for an acknowledgement and must be told what became of each event, some do not and send as much as they can.
/// </summary>
internal sealed class FullDisk() : Attack("events for a full disk", memoryBound: 192)
{
    private const int Acknowledged = 10;
    private const int Unacknowledged = 4;
    private const int EventBytes = 20_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    // Less than SQLite lets its log grow before it makes room by itself.
    public override int MostKibibytesOfFile => 1_024;

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var (stored, refused) = (0, 0);
        var waiting = FromManyAsync(Acknowledged * scale, async number =>
        {
            using var publisher = await HostileSocket.JoinAsync(router);
            for (var i = 1; !over.IsCancellationRequested; i++)
            {
                await publisher.SendAsync(Publish(i, """{"acknowledge":true}""", number));
                switch (await publisher.ReceiveAsync(over))
                {
                    case { } answer when answer.StartsWith($"[17,{i},", StringComparison.Ordinal):
                        Interlocked.Increment(ref stored);
                        break;
                    case { } answer when answer.StartsWith($"[8,16,{i},", StringComparison.Ordinal) && answer.Contains("wamp.error.published_not_stored", StringComparison.Ordinal):
                        Interlocked.Increment(ref refused);
                        break;
                    case var other:
                        throw new AssertionException($"the answer to an acknowledged PUBLISH for a full disk is {other}");
                }
            }
        });
        await FromManyAsync(Unacknowledged * scale, async number =>
        {
            using var publisher = await HostileSocket.JoinAsync(router);
            var @event = HostileSocket.Frame(Publish(1, "{}", number));
            while (await publisher.FloodAsync(@event, times: 10, over) && !over.IsCancellationRequested)
            {
                await Task.Delay(Pause, TimeProvider.System, over);
            }
        });
        await waiting;
        Assert.That(refused, Is.Positive, $"publishers who were told that their event is not kept; of {stored} events they were told that it is");
    }

    private static string Publish(int request, string options, int number) => $$"""[16,{{request}},{{options}},"{{HostileRealm.DurableHistory}}{{number}}",["{{new string('x', EventBytes)}}"]]""";
}
