using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using WampRouter.Client.Rpc;

namespace WampRouter.Client;

/// <summary>One call as the procedure sees it.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A cancellation source without a timer holds nothing to dispose of, and its token may be in use after the answer.")]
public sealed class WampInvocation
{
    private readonly Lock _lock = new();
    private readonly Channel<WampArguments>? _furtherPieces;
    private CancellationTokenSource? _interruption;
    private bool _isInterrupted;
    private bool _hasEnded;

    internal WampInvocation(IInvocationOwner owner, ulong request, string registeredProcedure, WampRegisterOptions options, WampDetails details, WampArguments arguments)
    {
        Owner = owner;
        Request = request;
        Procedure = details.GetText("procedure") ?? registeredProcedure;
        Details = details;
        Arguments = arguments;
        RefusesExtraArguments = options.RefuseExtraArguments;
        if (details.GetBoolean("progress"))
        {
            IsUnfinished = true;
            _furtherPieces = Channel.CreateBounded<WampArguments>(options.BufferSize);
        }
    }

    /// <summary>The procedure that was called; with a pattern registration, the actual one.</summary>
    public string Procedure { get; }

    /// <summary>What it was called with. Of a call in pieces the first one: <see cref="ReadPiecesAsync"/> has them all.</summary>
    public WampArguments Arguments { get; }

    /// <summary>Who calls, as far as that was disclosed.</summary>
    public WampPeer Caller => new(Details.GetInteger("caller"), Details.GetText("caller_authid"), Details.GetText("caller_authrole"));

    /// <summary>How far the router trusts the caller, if it says so.</summary>
    public long? TrustLevel => Details.GetInteger("trustlevel");

    /// <summary>How long the caller waits, where <see cref="WampRegisterOptions.ForwardTimeout"/> left that to the procedure.</summary>
    public TimeSpan? Timeout => Details.GetInteger("timeout") is { } milliseconds and > 0 ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>Everything the router says about the call.</summary>
    public WampDetails Details { get; }

    /// <summary>Canceled when the caller cancels the call or leaves, and when the session ends: nobody waits for the result any more.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            // Made on demand: most procedures never look at it.
            lock (_lock)
            {
                if (_interruption is null)
                {
                    _interruption = new CancellationTokenSource();
                    if (_isInterrupted)
                    {
                        _interruption.Cancel();
                    }
                }

                return _interruption.Token;
            }
        }
    }

    /// <summary>Whether the caller takes results before the last: <see cref="ReportProgressAsync"/> sends them.</summary>
    public bool AcceptsProgress => Details.GetBoolean("receive_progress");

    /// <summary>Whether the caller sends its arguments in pieces.</summary>
    public bool IsInPieces => _furtherPieces is not null;

    /// <summary>The call as a log shows it: its procedure, and the beginning of its arguments (<see cref="WampArguments.ToString"/>).</summary>
    /// <returns>Such as <c>com.example.add [[2,3]]</c>.</returns>
    public override string ToString() => $"{Procedure} {Arguments}";

    internal IInvocationOwner Owner { get; }

    internal ulong Request { get; }

    internal bool RefusesExtraArguments { get; }

    /// <summary>Whether pieces are still to come. Written by the read loop only.</summary>
    internal bool IsUnfinished { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); }

    internal bool IsInterrupted => Volatile.Read(ref _isInterrupted);

    /// <summary>
    /// Reads what it is called with, piece by piece as it comes, the last one only if it has arguments; an ordinary call is one piece. To be read once. A
    /// procedure need not read to the end: what still comes after its answer is discarded.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The pieces.</returns>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="WampException"><see cref="WampErrorUri.Unavailable"/>: more pieces waited than <see cref="WampRegisterOptions.BufferSize"/>. Let it pass to the caller.</exception>
    public async IAsyncEnumerable<WampArguments> ReadPiecesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (IsInPieces || Arguments.Elements > 0)
        {
            yield return Arguments;
        }

        if (_furtherPieces is not null)
        {
            await foreach (var piece in _furtherPieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return piece;
            }
        }
    }

    /// <summary>Reads the first argument of each piece; a piece without arguments is passed over.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The arguments.</returns>
    /// <inheritdoc cref="ReadPiecesAsync(CancellationToken)" path="/exception"/>
    public IAsyncEnumerable<T> ReadPiecesAsync<T>(CancellationToken cancellationToken = default) =>
        FirstArguments.ReadAsync<T>(ReadPiecesAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// Sends a result before the last. A caller that does not take them gets none of it, so a procedure may report without asking. Await each report before the
    /// next and before the procedure ends: they arrive in that order.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <param name="cancellationToken">Ends the wait for room to send.</param>
    /// <returns>A task that completes when the result is on its way.</returns>
    /// <exception cref="OperationCanceledException">The call was canceled: there is nobody to report to.</exception>
    /// <exception cref="InvalidOperationException">The procedure has ended.</exception>
    public async ValueTask ReportProgressAsync(WampPayload result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (!AcceptsProgress)
        {
            return;
        }

        CancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _hasEnded))
        {
            throw new InvalidOperationException($"'{Procedure}' has answered the call; nothing can be reported any more.");
        }

        await Owner.ReportAsync(this, result, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends results as they come: each of them before the last to a caller that takes them so. Another caller gets the last of them. Canceling the call ends the enumeration.
    /// </summary>
    /// <typeparam name="T">What to send of each; a <see cref="WampPayload"/> is sent as it is.</typeparam>
    /// <param name="results">The results.</param>
    /// <returns>What the procedure then returns: its answer.</returns>
    /// <exception cref="OperationCanceledException">The call was canceled: there is nobody to report to.</exception>
    public async Task<WampPayload?> ReportAllAsync<T>(IAsyncEnumerable<T> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        WampPayload? last = null;
        await foreach (var result in results.WithCancellation(CancellationToken).ConfigureAwait(false))
        {
            last = ArgumentCursor.Payload(result);
            if (AcceptsProgress && last is not null)
            {
                await ReportProgressAsync(last).ConfigureAwait(false);
            }
        }

        return AcceptsProgress ? null : last;
    }

    /// <summary>Another piece came. Read loop only, so it never waits for the procedure. Returns false if this is not a call in pieces.</summary>
    internal bool TryTake(WampArguments piece, bool moreFollows)
    {
        if (_furtherPieces?.Writer is not { } pieces)
        {
            return false;
        }

        if ((moreFollows || piece.Elements > 0) && !pieces.TryWrite(piece))
        {
            pieces.TryComplete(new WampException(WampErrorUri.Unavailable, $"'{Procedure}' reads too slowly: too many pieces of the call wait."));
        }

        if (!moreFollows)
        {
            IsUnfinished = false;
            pieces.TryComplete();
        }

        return true;
    }

    /// <summary>A piece came that cannot be read: who reads the pieces gets the exception instead. Read loop only.</summary>
    internal void FailPieces(WampException cause, bool moreFollows)
    {
        IsUnfinished = IsUnfinished && moreFollows;
        _furtherPieces?.Writer.TryComplete(cause);
    }

    /// <summary>The procedure has returned.</summary>
    internal void End() => Volatile.Write(ref _hasEnded, true);

    /// <summary>Cancels the token. What is registered on it runs on the thread pool, never on the read loop.</summary>
    internal void Interrupt()
    {
        CancellationTokenSource? interruption;
        lock (_lock)
        {
            _isInterrupted = true;
            interruption = _interruption;
        }

        _furtherPieces?.Writer.TryComplete(new OperationCanceledException("The call was canceled."));
        if (interruption is not null)
        {
            _ = interruption.CancelAsync();
        }
    }
}
