using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile;

/// <summary>
/// Something that a client can do to a router in the hope that others pay for it. Everybody else, before and after, is the test's business (<see cref="HostileTests"/>).
/// </summary>
/// <param name="name">As the table in docs/limits.md calls it.</param>
/// <param name="memoryBound">What the process may grow by while it goes on, in MiB, whatever its scale.</param>
public abstract class Attack(string name, int memoryBound)
{
    /// <summary>As the table in docs/limits.md calls it.</summary>
    public string Name { get; } = name;

    /// <summary>What the process may grow by while it goes on, in MiB.</summary>
    public int MemoryBound { get; } = memoryBound;

    /// <summary>The settings that bound it, smaller than a real router's, so that an attack that fits into a test reaches them.</summary>
    public virtual IReadOnlyList<string> Settings => [];

    /// <summary>How the honest clients beside it come in.</summary>
    public virtual Way HonestWay => Way.WebSocket;

    /// <summary>What is left on purpose when it is over, in MiB: events that are retained.</summary>
    public virtual int Stays => 0;

    /// <summary>How many files the router may have open; 0: as many as the tests.</summary>
    public virtual int OpenFiles => 0;

    /// <summary>How large a file of the router may become, in KiB, as on a disk that is full; 0: as large as one of the tests.</summary>
    public virtual int MostKibibytesOfFile => 0;

    /// <summary>Whether nobody reads what the router prints.</summary>
    public virtual bool IsConsoleDeaf => false;

    /// <summary>Goes on until it has done what it can, or the time is up. That the router throws the attacker out is no failure.</summary>
    /// <param name="router">Where WAMP is spoken.</param>
    /// <param name="scale">1: what fits into some seconds; 10 and more: what was seen to break routers.</param>
    /// <param name="over">The time is up.</param>
    internal abstract Task RunAsync(Uri router, int scale, CancellationToken over);

    /// <summary>As <see cref="RunAsync"/>. On a busy machine the time may be up before an attack is prepared: then there was less of it.</summary>
    internal async Task RunInTimeAsync(Uri router, int scale, CancellationToken over)
    {
        try
        {
            await RunAsync(router, scale, over);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // As the summary says.
        }
    }

    /// <inheritdoc />
    public override string ToString() => Name;

    /// <summary>Does the same from many connections at once.</summary>
    protected static Task FromManyAsync(int connections, Func<int, Task> attack) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(number => EndQuietlyAsync(() => attack(number))));

    /// <summary>An attacker that is thrown out, or let in by nobody, has done what it can.</summary>
    protected static async Task EndQuietlyAsync(Func<Task> attack)
    {
        try
        {
            await attack();
        }
        catch (Exception e) when (e is HostileRefusedException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            // As expected.
        }
    }

    /// <summary>Holds what was opened until the time is up.</summary>
    protected static Task StayAsync(CancellationToken over) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over).ContinueWith(static _ => { }, TaskScheduler.Default);
}
