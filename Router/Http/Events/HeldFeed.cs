using System.Globalization;
using System.Text;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports;

namespace WampRouter.Http.Events;

/// <summary>
/// The feed of a client that polls. What a request has got is kept until the next one asks for more: an answer that was lost on the way can be asked for again. One request at a time; any thread.
/// </summary>
/// <param name="id">What its requests name it by.</param>
/// <param name="feed">The events, from now on its own.</param>
/// <param name="owner">Who has asked for it.</param>
/// <param name="time">The clock.</param>
/// <param name="room">What all answers that are kept count in.</param>
internal sealed class HeldFeed(string id, EventFeed feed, HttpVisitorKey owner, TimeProvider time, ByteBudget room) : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private IAsyncEnumerator<FeedItem>? _items;
    private Task<bool>? _next;          // of the item that is waited for: the wait outlives requests
    private long _number;               // of the last answer
    private byte[]? _answer;            // null: there was no room to keep it
    private InboundShare _kept = new(room);
    private string _position = feed.Position;
    private long _lastUse = time.GetTimestamp();
    private volatile bool _isAsked;

    /// <summary>What its requests name it by. Not logged.</summary>
    public string Id => id;

    /// <summary>Who has asked for it.</summary>
    public HttpVisitorKey Owner => owner;

    /// <summary>Whether it is over: nobody gets another answer.</summary>
    public bool HasEnded => _ending.IsCancellationRequested;

    /// <summary>Whether nobody has asked for so long.</summary>
    public bool IsForsaken(TimeSpan timeout) => !_isAsked && time.GetElapsedTime(Volatile.Read(ref _lastUse)) >= timeout;

    /// <summary>The events since the last request, or the same again where the client asks for the same answer.</summary>
    /// <param name="number">Which answer: 1 for the first, each next one by one more.</param>
    /// <param name="wait">How long to wait for an event.</param>
    /// <param name="mostBytes">How much an answer may hold; the first event always.</param>
    /// <param name="gone">Cancelled when nobody waits any more; nothing is lost then.</param>
    /// <returns>The answer, in JSON; null where this is not the turn of such a request, or there was no room to keep its answer, or all is over.</returns>
    public async Task<byte[]?> TakeAsync(long number, TimeSpan wait, int mostBytes, CancellationToken gone)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, gone).ConfigureAwait(false))
        {
            return null;
        }

        _isAsked = true;
        try
        {
            if (number == _number + 1)
            {
                await WaitAsync(wait, gone).ConfigureAwait(false);
                var answer = await CollectAsync(number, mostBytes).ConfigureAwait(false);
                _answer = _kept.TryHold(answer.Length) ? answer : null;
                _number = number;
                return answer;
            }

            return number == _number ? _answer : null;
        }
        catch (OperationCanceledException) when (HasEnded && !gone.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            Volatile.Write(ref _lastUse, time.GetTimestamp());
            _isAsked = false;
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        await ((Task?)_next ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_items is not null)
        {
            await _items.DisposeAsync().ConfigureAwait(false);
        }

        await feed.DisposeAsync().ConfigureAwait(false);
        _kept.Clear();
        _ending.Dispose();      // the turn is not given back: nobody is to have another
    }

    /// <summary>Whether all was said.</summary>
    private bool IsLast => _next is { IsCompletedSuccessfully: true, Result: false };

    private async Task WaitAsync(TimeSpan wait, CancellationToken gone)
    {
        if (_next is null)
        {
            _items = feed.ReadAsync(_ending.Token).GetAsyncEnumerator(_ending.Token);
            _next = _items.MoveNextAsync().AsTask();
        }

        if (!_next.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(gone, _ending.Token);
            await Task.WhenAny(_next, Task.Delay(wait, time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            gone.ThrowIfCancellationRequested();
            _ending.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>What there is by now.</summary>
    private async Task<byte[]> CollectAsync(long number, int mostBytes)
    {
        var (events, notices) = (new StringBuilder(), new StringBuilder());
        while (_next is { IsCompleted: true } && await _next.ConfigureAwait(false))
        {
            var item = _items!.Current;
            if (events.Length > 0 && events.Length + item.Json.Length > mostBytes)
            {
                break;
            }

            var list = item.Name is null ? events : notices;
            list.Append(list.Length > 0 ? "," : "").Append(item.Name is null ? "" : $$"""{"notice":"{{item.Name}}","what":""").Append(Encoding.UTF8.GetString(item.Json)).Append(item.Name is null ? "" : "}");
            _position = item.Position;
            _next = _items.MoveNextAsync().AsTask();
        }

        var next = IsLast ? "null" : string.Create(CultureInfo.InvariantCulture, $"\"poll?id={id}&n={number + 1}\"");
        return Encoding.UTF8.GetBytes($$"""{"events":[{{events}}],"notices":[{{notices}}],"position":"{{_position}}","next":{{next}}}""");
    }
}
