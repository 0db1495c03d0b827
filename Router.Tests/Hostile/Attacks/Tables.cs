namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Sessions that fill a table of the realm, one entry a message, each as large as it may be.</summary>
/// <param name="name">As the table in docs/limits.md calls it.</param>
/// <param name="message">The message number N of a session number S, with the URI to use.</param>
/// <param name="memoryBound">What the process may grow by.</param>
internal abstract class TableFlood(string name, Func<int, string, string> message, int memoryBound = 256) : Attack(name, memoryBound)
{
    private const int Sessions = 10;
    private const int Entries = 5_000;
    private const int UriBytes = 900;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Sessions * scale, async session =>
    {
        using var socket = await HostileSocket.JoinAsync(router);
        var reading = socket.AwaitEndAsync(over);
        var name = new string('n', UriBytes);
        for (var i = 1; i <= Entries && !over.IsCancellationRequested; i++)
        {
            await socket.SendRawAsync(HostileSocket.Frame(message(i, $"com.hostile.{name}.s{session}.n{i}")), over);
        }

        await reading;
    });
}

/// <summary>Events that are to be kept for later subscribers, on very many topics: 64 MiB of them, 64 MiB of URIs, and until it is collected as much again of those that had to give way.</summary>
internal sealed class RetainedFlood() : TableFlood("retained events", static (i, uri) => $$"""[16,{{i}},{"retain":true},"{{uri}}",["{{new string('x', 2_000)}}"]]""", memoryBound: 320)
{
    public override int Stays => 64;        // what is retained
}

/// <summary>Very many procedures.</summary>
internal sealed class RegistrationFlood() : TableFlood("registrations", static (i, uri) => $$"""[64,{{i}},{"match":"wildcard"},"{{uri}}..x"]""");

/// <summary>Very many subscriptions.</summary>
internal sealed class SubscriptionFlood() : TableFlood("subscriptions", static (i, uri) => $$"""[32,{{i}},{"match":"prefix"},"{{uri}}"]""");

/// <summary>Descriptions of very many procedures.</summary>
internal sealed class Definitions() : TableFlood("definitions", static (i, uri) => $$"""[48,{{i}},{},"wamp.reflect.define",["{{uri}}","procedure",{"description":"{{new string('x', 500)}}"}]]""");

/// <summary>Retained events with very many keys.</summary>
internal sealed class ShardKeys() : TableFlood("sharding keys", static (i, uri) => $$"""[16,{{i}},{"retain":true,"rkey":"{{uri}}"},"com.hostile.sharded",[{{i}}]]""");
