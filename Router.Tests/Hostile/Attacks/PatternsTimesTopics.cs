namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Very many patterns of one session that all match, and very many topics to remember it for.</summary>
internal sealed class PatternsTimesTopics() : Attack("patterns × topics", memoryBound: 160)
{
    private const int Patterns = 1_000;
    private const int Topics = 3_000;
    private const int Levels = 14;

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        using var subscriber = await HostileSocket.JoinAsync(router, receiveBuffer: 4096);
        var patterns = PatternsOf(Patterns * scale).Select((pattern, index) => HostileSocket.Frame($$"""[32,{{index + 1}},{"match":"wildcard"},"{{pattern}}"]"""));
        await subscriber.SendRawAsync(patterns.SelectMany(frame => frame).ToArray(), over);
        for (var i = 0; i < Patterns * scale; i++)
        {
            await subscriber.ReceiveAsync(over);
        }

        using var publisher = await HostileSocket.JoinAsync(router);
        await EndQuietlyAsync(async () =>
        {
            for (var i = 1; i <= Topics * scale && !over.IsCancellationRequested; i++)
            {
                await publisher.SendRawAsync(HostileSocket.Frame($$"""[16,{{i}},{},"{{string.Join('.', Enumerable.Repeat("a", Levels))}}.t{{i}}"]"""), over);
            }
        });
        await StayAsync(over);
    }

    /// <summary>Patterns of fifteen components that match <c>a.a.a…tN</c>: of the first fourteen any may be left open.</summary>
    private static IEnumerable<string> PatternsOf(int count) => Enumerable.Range(0, Math.Min(count, 1 << Levels)).Select(open =>
        string.Join('.', Enumerable.Range(0, Levels).Select(level => (open >> level & 1) == 0 ? "a" : string.Empty)) + ".");
}
