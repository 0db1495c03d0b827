using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports;

/// <summary>Every open connection of every transport: counted, limited, ticked by one shared timer, and closed at shutdown. Any thread.</summary>
internal sealed class ConnectionRoster : IDisposable
{
    private static readonly TimeSpan SlowestHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FastestHeartbeat = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<ITrackedConnection, byte> _open = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<BaseConnectionContext, byte> _visitors = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<IDeadline, byte> _deadlines = new(ReferenceEqualityComparer.Instance);
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly PressureRelief _inbound;
    private readonly PressureRelief _outbound;
    private readonly AddressTable _addresses;
    private readonly Places _places;
    private readonly ITimer _timer;
    private TimeSpan _period;
    private int _ticking;
    private int _stalled;
    private volatile bool _shuttingDown;
    private volatile bool _restarting;
    private volatile bool _droppingAll;

    public ConnectionRoster(TransportOptions options, TransportBudgets budgets, LiveBounds bounds, AddressTable addresses, TimeProvider time)
    {
        _time = time;
        _inbound = new PressureRelief(budgets.Inbound, static connection => connection.Sending, static connection => connection.EndForInboundPressure());
        _outbound = new PressureRelief(budgets.Outbound, static connection => connection.Taking, static connection => connection.EndForOutboxPressure());
        (_addresses, _places) = (addresses, new Places(bounds, addresses, time));
        _period = HeartbeatPeriod(options);
        _timer = time.CreateTimer(static roster => ((ConnectionRoster)roster!).Tick(), this, _period, _period);
    }

    /// <summary>Connections admitted and not yet gone, handshakes included.</summary>
    public int Count => _places.Taken;

    /// <summary>How many connections took nothing of what waits for them, from one heartbeat to the last.</summary>
    public int Stalled => Volatile.Read(ref _stalled);

    /// <summary>Whether <see cref="CloseAll"/> was called: peers are then told that the router goes away.</summary>
    public bool IsShuttingDown => _shuttingDown;

    /// <summary>Whether it goes away to come back: peers are told that.</summary>
    public bool IsRestarting => _restarting;

    /// <summary>The open connections at about this moment.</summary>
    public IEnumerable<ITrackedConnection> Connections => _open.Select(entry => entry.Key);

    /// <summary>The heartbeat is as precise as other time limits need it. One call at a time.</summary>
    public void Apply(TransportOptions options)
    {
        var period = HeartbeatPeriod(options);
        if (period != _period)      // else it would be late by every reload
        {
            _period = period;
            _timer.Change(period, period);
        }
    }

    /// <summary>Asks for a place. Whoever gets one must see to it that one of the <c>Leave</c> methods is called, once.</summary>
    /// <param name="address">Whom it counts for; null for nobody.</param>
    /// <param name="isJoin">Whether a session will come of it.</param>
    public Room TryEnter(AddressBlock? address = null, bool isJoin = true)
    {
        var room = _places.TryTake(address, isJoin);
        if (room == Room.Granted && _shuttingDown)
        {
            _places.GiveBack(address);
            room = Room.ShuttingDown;
        }

        if (room != Room.Granted)
        {
            NoteIfEmpty();      // whoever left meanwhile may have seen this one, which was counted for a moment
        }

        return room;
    }

    /// <summary>Gives a place back that is no connection, or never became one.</summary>
    public void Leave(AddressBlock? address)
    {
        _places.GiveBack(address);
        NoteIfEmpty();
    }

    /// <summary>Starts ticking a connection that has a place.</summary>
    public void Add(ITrackedConnection connection)
    {
        _open.TryAdd(connection, 0);
        if (_shuttingDown)
        {
            connection.RequestClose(); // admitted before the shutdown, added after CloseAll walked the list
        }
    }

    /// <summary>Stops ticking a connection and gives its place back.</summary>
    public void Leave(ITrackedConnection connection)
    {
        _open.TryRemove(connection, out _);
        Leave(connection.Info.Address);
    }

    /// <summary>Notes a connection that an HTTP server serves, so that it ends with the router and keeps no shutdown waiting. <see cref="Forget"/> must follow.</summary>
    public void Note(BaseConnectionContext visitor)
    {
        _visitors.TryAdd(visitor, 0);
        if (_droppingAll)
        {
            visitor.Abort();    // it came when the others were dropped already
        }
    }

    /// <summary>A connection that <see cref="Note"/> noted has ended.</summary>
    public void Forget(BaseConnectionContext visitor) => _visitors.TryRemove(visitor, out _);

    /// <summary>Ticks something that is no connection yet, or no longer, until it says that it is over.</summary>
    public void Watch(IDeadline deadline)
    {
        _deadlines.TryAdd(deadline, 0);
        if (_droppingAll)
        {
            deadline.Expire();
        }
    }

    /// <summary>Forgets what <see cref="Watch"/> noted.</summary>
    public void Unwatch(IDeadline deadline) => _deadlines.TryRemove(deadline, out _);

    /// <summary>Admits nobody from now on; <see cref="CloseAll"/> may follow when the sessions have said goodbye.</summary>
    /// <param name="forRestart">The router is expected back.</param>
    public void StopAdmitting(bool forRestart = false)
    {
        _restarting |= forRestart;
        _shuttingDown = true;
        Interlocked.MemoryBarrier(); // who leaves counts down and then looks whether it is the last: one of the two must see the other, whichever writes later
        NoteIfEmpty();
    }

    /// <summary>Closes every connection in an orderly way (WebSocket close code 1001, or 1012 for a restart) and admits no more. Returns at once.</summary>
    public void CloseAll()
    {
        StopAdmitting();
        foreach (var (connection, _) in _open)
        {
            connection.RequestClose();
        }

        foreach (var (visitor, _) in _visitors)
        {
            visitor.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    /// <summary>Drops every connection that is still open, and whoever has not said what he wants; those for HTTP from now on. Returns at once.</summary>
    public void AbortAll()
    {
        _droppingAll = true;
        foreach (var (connection, _) in _open)
        {
            connection.Abort();
        }

        foreach (var (visitor, _) in _visitors)
        {
            visitor.Abort();
        }

        foreach (var (deadline, _) in _deadlines)
        {
            deadline.Expire();
        }
    }

    /// <summary>Completes when the last connection has left after <see cref="StopAdmitting"/>.</summary>
    public Task WhenEmptyAsync() => _empty.Task;

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private static TimeSpan HeartbeatPeriod(TransportOptions options)
    {
        var shortest = new[] { options.PingInterval, options.PingTimeout, options.CloseTimeout, options.HandshakeTimeout, options.MessageTimeout, options.StallTimeout, options.LongPollWait, options.LongPollTimeout }.Min();
        return TimeSpan.FromTicks(Math.Clamp(shortest.Ticks / 8, FastestHeartbeat.Ticks, SlowestHeartbeat.Ticks));
    }

    private void NoteIfEmpty()
    {
        if (_shuttingDown && Count == 0)
        {
            _empty.TrySetResult();
        }
    }

    private void Tick()
    {
        // A heartbeat that outlasts its period must not overlap the next one.
        if (Interlocked.Exchange(ref _ticking, 1) != 0)
        {
            return;
        }

        var now = _time.GetTimestamp();
        var stalled = 0;
        foreach (var (connection, _) in _open)
        {
            connection.OnHeartbeat(now);
            stalled += connection.Taking.Duration > TimeSpan.Zero ? 1 : 0;
        }

        Volatile.Write(ref _stalled, stalled);
        _addresses.Sweep(now);
        _inbound.Relieve(Connections);
        _outbound.Relieve(Connections);
        foreach (var (deadline, _) in _deadlines)
        {
            if (deadline.IsOver(now))
            {
                _deadlines.TryRemove(deadline, out var _);
            }
        }

        Volatile.Write(ref _ticking, 0);
    }
}

/// <summary>Something the <see cref="ConnectionRoster"/> ends when it takes too long: a request head that does not come, a peer that does not read the rest.</summary>
internal interface IDeadline
{
    /// <summary>Acts if the time is up. True: forget it.</summary>
    bool IsOver(long now);

    /// <summary>The router ends: acts now, if there is anything that would be waited for.</summary>
    void Expire();
}
