using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;

namespace WampRouter.Tests.Transports;

/// <summary>What is given a time has all of it, and not a tick more.</summary>
internal sealed class DeadlineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly ManualTime _time = new();
    private ServiceProvider _provider = null!;

    private TransportServices Services => _provider.GetRequiredService<TransportServices>();

    [SetUp]
    public void SetUp()
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        services.AddTransports(new TransportOptions { HandshakeTimeout = Limit, CloseTimeout = Limit });
        _provider = services.BuildServiceProvider();
    }

    [TearDown]
    public void TearDown() => _provider.Dispose();

    [Test]
    public async Task Request_NotThereInTime_WakesItsReaderAtTheLimit()
    {
        var pipe = new Pipe();
        Assert.That(Services.Handshakes.TryBegin(address: null, out var slot), Is.EqualTo(Room.Granted));
        var deadline = new Arrival(new DefaultConnectionContext { Transport = new PipePair(pipe.Reader, pipe.Writer) }, Services, slot!);
        var reading = pipe.Reader.ReadAsync().AsTask();

        _time.Advance(Limit - Tick);
        Assert.That((deadline.IsOver(_time.GetTimestamp()), deadline.HasPassed, reading.IsCompleted), Is.EqualTo((false, false, false)));

        _time.Advance(Tick);
        Assert.That((deadline.IsOver(_time.GetTimestamp()), deadline.HasPassed), Is.EqualTo((true, true)));
        Assert.That((await reading.Soon()).IsCanceled, Is.True);
    }

    [Test]
    public void Linger_PeerDoesNotReadTheRest_IsDroppedAtTheLimit()
    {
        var connection = new Lifetime();
        var deadline = new LingerDeadline(connection, Services);

        _time.Advance(Limit - Tick);
        Assert.That((deadline.IsOver(_time.GetTimestamp()), connection.IsAborted), Is.EqualTo((false, false)));

        _time.Advance(Tick);
        Assert.That((deadline.IsOver(_time.GetTimestamp()), connection.IsAborted), Is.EqualTo((true, true)));
    }

    [Test]
    public void Linger_PeerHasRead_IsForgottenAndNotDropped()
    {
        var connection = new Lifetime();
        var deadline = new LingerDeadline(connection, Services);
        connection.Close();

        Assert.That((deadline.IsOver(_time.GetTimestamp()), connection.IsAborted), Is.EqualTo((true, false)));
    }

    [Test]
    public void Closing_SinceAnyMoment_CountsFromTheFirstCallOn()
    {
        var wish = new EndWish();
        Assert.That((wish.ClosingFor(_time.GetTimestamp(), _time), wish.IsPresent), Is.EqualTo((default(TimeSpan?), false)));
        _time.Advance(Limit);
        wish.Close(_time);
        _time.Advance(Limit);
        wish.Close(_time);
        _time.Advance(Tick);

        Assert.That((wish.ClosingFor(_time.GetTimestamp(), _time), wish.IsPresent, wish.IsAbort), Is.EqualTo(((TimeSpan?)(Limit + Tick), true, false)));
    }

    [Test]
    public void Abort_ForTwoReasons_KeepsTheFirst()
    {
        var wish = new EndWish();
        Assert.That(wish.ReasonOr(DisconnectReason.ClosedByPeer), Is.EqualTo(DisconnectReason.ClosedByPeer));

        wish.Abort(DisconnectReason.PingTimeout);
        wish.Abort(DisconnectReason.ClosedByRouter);

        Assert.That((wish.ReasonOr(DisconnectReason.ClosedByPeer), wish.IsAbort, wish.IsPresent), Is.EqualTo((DisconnectReason.PingTimeout, true, true)));
    }

    private sealed class Lifetime : IConnectionLifetimeFeature
    {
        private readonly CancellationTokenSource _closed = new();

        public bool IsAborted { get; private set; }

        public CancellationToken ConnectionClosed { get => _closed.Token; set => throw new NotSupportedException(); }

        public void Abort() => IsAborted = true;

        public void Close() => _closed.Cancel();
    }
}
