namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Requests of plain HTTP whose heads or bodies are begun, almost sent, and never ended, before anybody has asked who sends them; some of them go on byte by byte.</summary>
internal sealed class EndlessBodies() : HttpAttack("HTTP bodies that do not end", memoryBound: 256)
{
    private const int Connections = 60;
    private const int MostBytes = 1_000_000;
    private const int Missing = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public override IReadOnlyList<string> Settings => [UnfinishedMessages.Room];

    protected override Task AttackAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections * scale, async number =>
    {
        while (!over.IsCancellationRequested)
        {
            await EndQuietlyAsync(() => BeginAsync(router, number, over));
            await Task.Delay(Pause, TimeProvider.System, over);
        }
    });

    private static async Task BeginAsync(Uri router, int number, CancellationToken over)
    {
        using var http = await HostileHttp.ConnectAsync(router);
        var body = $$"""{"topic":"com.hostile.long","args":["{{new string('x', MostBytes)}}""";
        var request = HostileHttp.Request("publish", body, bodyBytes: body.Length + Missing);
        await http.Socket.SendRawAsync(number % 4 == 0 ? request.AsMemory(0, 80) : request, over);
        while (number % 2 == 0)
        {
            await Task.Delay(Pause, TimeProvider.System, over);
            await http.Socket.SendRawAsync("x"u8.ToArray(), over);
        }

        await http.Socket.AwaitEndAsync(over);
    }
}
