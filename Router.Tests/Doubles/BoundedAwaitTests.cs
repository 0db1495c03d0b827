namespace WampRouter.Tests.Doubles;

internal sealed class BoundedAwaitTests
{
    [Test]
    public void WithinAsync_NothingComes_FailsWithTheNameOfWhatWasAwaited()
    {
        var neverReady = new TaskCompletionSource<int>();

        var failure = Assert.ThrowsAsync<TimeoutException>(() => BoundedAwait.WithinAsync(TimeSpan.FromMilliseconds(50), neverReady.Task));

        Assert.That(failure!.Message, Does.Match(@"^BoundedAwaitTests\.cs, line \d+: after 0\.\d+ s nothing has come of neverReady\.Task$"));
    }

    [Test]
    public async Task Soon_ItComes_IsItsOutcome()
    {
        Assert.That(await Task.FromResult(7).Soon(), Is.EqualTo(7));
        Assert.ThrowsAsync<InvalidOperationException>(() => Task.FromException(new InvalidOperationException()).Soon());
        Assert.ThrowsAsync<TaskCanceledException>(() => Task.FromCanceled(new CancellationToken(canceled: true)).Soon());
    }
}
