namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Calls of a procedure whose callee never answers, more than it serves at a time, with large arguments.</summary>
internal sealed class UnansweredCalls() : Attack("calls that nobody answers", memoryBound: 192)
{
    private const int Callers = 10;
    private const int Calls = 2_000;
    private const int ArgumentBytes = 20_000;

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        using var callee = await HostileSocket.JoinAsync(router);
        await callee.SendAsync("""[64,1,{"invoke":"roundrobin","concurrency":1},"com.hostile.silent"]""");
        await callee.ReceiveAsync(over);
        var reading = callee.AwaitEndAsync(over);
        await FromManyAsync(Callers, async _ =>
        {
            using var caller = await HostileSocket.JoinAsync(router);
            var answers = caller.AwaitEndAsync(over);
            var arguments = new string('x', ArgumentBytes);
            for (var i = 1; i <= Calls * scale && !over.IsCancellationRequested; i++)
            {
                await caller.SendRawAsync(HostileSocket.Frame($$"""[48,{{i}},{},"com.hostile.silent",["{{arguments}}"]]"""), over);
            }

            await answers;
        });
        await EndQuietlyAsync(() => reading);
    }
}
