using System.Text;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Messages that come byte by byte, each in time to look alive, and never end: only <c>Transports:MessageTimeout</c> ends them.</summary>
internal sealed class SlowMessages(string name, bool isJoined, bool inFragments) : Attack(name, memoryBound: 96)
{
    private const int Connections = 100;
    private const int PromisedBytes = 60_000;       // may be sent before the login too
    private const byte Text = 1;
    private const byte Continuation = 0;

    /// <summary>A quarter of the setting below; a byte a second would be of the default.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // Nothing but the time for a message ends anybody here: neither the time for the login nor silence.
    public override IReadOnlyList<string> Settings => ["--WampRouter:Transports:MessageTimeout=00:00:01", "--WampRouter:Sessions:HelloTimeout=00:02:00"];

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var ended = 0;
        await FromManyAsync(Connections * scale, async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                using var socket = isJoined ? await HostileSocket.JoinAsync(router) : await HostileSocket.UpgradeAsync(router);
                await EndQuietlyAsync(() => FeedAsync(socket, over));
                if (!over.IsCancellationRequested)
                {
                    Interlocked.Increment(ref ended);
                }
            }
        });
        Assert.That(ended, Is.Positive, "connections that the router ended");
    }

    /// <summary>Sends until the router ends the connection.</summary>
    private async Task FeedAsync(HostileSocket socket, CancellationToken over)
    {
        var end = socket.ReceiveAsync(over);
        await socket.SendRawAsync(inFragments ? Fragment(Text, '[') : HostileSocket.Head(Text, isLast: true, PromisedBytes), over);
        var piece = inFragments ? Fragment(Continuation, ' ') : Encoding.ASCII.GetBytes("[");
        while (!end.IsCompleted)
        {
            await Task.WhenAny(end, Task.Delay(Pause, TimeProvider.System, over));
            await socket.SendRawAsync(piece, over);
        }

        await end;
    }

    private static byte[] Fragment(byte opcode, char content) => [.. HostileSocket.Head(opcode, isLast: false, payloadBytes: 1), (byte)content];
}
