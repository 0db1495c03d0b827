using System.Diagnostics;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile;

/// <summary>
/// Honest clients that must not notice anything: one calls another all the time and publishes what a third receives. Each call and each event is checked; what is lost,
/// doubled or out of order is an error, and the time of every call is kept.
/// </summary>
internal sealed class Bystanders : IAsyncDisposable
{
    private const string Procedure = "com.bystanders.echo";
    private const string Topic = "com.bystanders.count";
    private const int Last = 0;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);      // they are measured, not benchmarked: the machine is the attacker's

    private readonly Func<Task<WampClient>> _join;
    private readonly List<WampClient> _clients = [];
    private readonly List<TimeSpan> _latencies = [];
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _lastCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _work = Task.CompletedTask;
    private (int Calls, TaskCompletionSource? Reached) _goal;
    private int _received;

    private Bystanders(Func<Task<WampClient>> join) => _join = join;

    /// <summary>Begins.</summary>
    /// <param name="join">Lets an honest client in.</param>
    public static async Task<Bystanders> StartAsync(Func<Task<WampClient>> join)
    {
        var bystanders = new Bystanders(join);
        var (callee, caller, subscriber) = (await bystanders.JoinAsync(), await bystanders.JoinAsync(), await bystanders.JoinAsync());
        await callee.RegisterAsync(Procedure, (int number) => number);
        await subscriber.SubscribeAsync(Topic, e => bystanders.Receive(e.Arguments.Get<int>(0)));
        bystanders._work = bystanders.WorkAsync(caller);
        return bystanders;
    }

    /// <summary>The time that 99 of 100 calls took at most, of those since the last question.</summary>
    public TimeSpan TakeSlowest()
    {
        lock (_latencies)
        {
            _latencies.Sort();
            var slowest = _latencies.Count == 0 ? TimeSpan.Zero : _latencies[Math.Min(_latencies.Count - 1, _latencies.Count * 99 / 100)];
            _latencies.Clear();
            return slowest;
        }
    }

    /// <summary>Waits until so many more calls were answered.</summary>
    public async Task CallsAsync(int count)
    {
        var goal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_latencies)
        {
            _goal = (_latencies.Count + count, goal);
        }

        await Task.WhenAny(goal.Task, _work).Soon();
    }

    /// <summary>Ends. Throws if anything was lost, refused or disconnected.</summary>
    public async Task EndAsync()
    {
        await _over.CancelAsync();
        await _work;
        await _lastCame.Task.Soon();
        Assert.That(_clients.Select(client => client.State), Is.All.EqualTo(WampClientState.Connected), "sessions of honest clients");
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        _over.Dispose();
    }

    private async Task<WampClient> JoinAsync()
    {
        var client = await _join();
        _clients.Add(client);
        return client;
    }

    private async Task WorkAsync(WampClient caller)
    {
        for (var number = 1; !_over.IsCancellationRequested; number++)
        {
            var start = Stopwatch.GetTimestamp();
            Assert.That(await caller.CallAsync<int>(Procedure, [number]), Is.EqualTo(number));
            var took = Stopwatch.GetElapsedTime(start);
            lock (_latencies)
            {
                _latencies.Add(took);
                if (_latencies.Count == _goal.Calls)
                {
                    _goal.Reached!.TrySetResult();
                }
            }

            await caller.PublishAcknowledgedAsync(Topic, [number]);
            await Task.Delay(Pause, TimeProvider.System);
        }

        await caller.PublishAcknowledgedAsync(Topic, [Last]);
    }

    private void Receive(int number)
    {
        if (number == Last)
        {
            _lastCame.TrySetResult();
        }
        else if (number == _received + 1)
        {
            _received = number;
        }
        else
        {
            _lastCame.TrySetException(new AssertionException($"after event {_received} the honest subscriber received {number}"));
        }
    }
}
