using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Storage;

/// <summary>An event as a test words it.</summary>
internal sealed record EventDraft(ulong Publication)
{
    public string Topic { get; init; } = "com.topic";

    public byte[] Arguments { get; init; } = "[1]"u8.ToArray();

    public int Elements { get; init; } = 1;

    public ReceiverFilter? Receivers { get; init; }

    public StoredEvent ToEvent(DateTimeOffset time) => new()
    {
        Publication = Publication,
        Time = time,
        Topic = Encoding.UTF8.GetBytes(Topic),
        Details = [0x80],
        Format = WireFormat.Json,
        Arguments = Arguments,
        Elements = Elements,
        Receivers = Receivers,
    };
}

/// <summary>Waits for what it was told to expect; done at once where it was told nothing.</summary>
internal sealed class TestReceipt : IAppendReceipt
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isExpected;

    public Task<bool> Task => _isExpected ? _done.Task.Soon() : System.Threading.Tasks.Task.FromResult(true);

    public void Expect() => _isExpected = true;

    public void Complete(bool isStored, FlushBatch batch) => _done.TrySetResult(isStored);
}

/// <summary>A directory that is gone after the test.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("history").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
