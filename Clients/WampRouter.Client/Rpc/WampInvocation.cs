using System.Diagnostics.CodeAnalysis;
using WampRouter.Client.Sessions;

namespace WampRouter.Client;

/// <summary>One call as the procedure sees it.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A cancellation source without a timer holds nothing to dispose of, and its token may be in use after the answer.")]
public sealed class WampInvocation
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _interruption;
    private bool _isInterrupted;

    internal WampInvocation(Session session, ulong request, string registeredProcedure, WampDetails details, WampArguments arguments)
    {
        Session = session;
        Request = request;
        Procedure = details.GetText("procedure") ?? registeredProcedure;
        Details = details;
        Arguments = arguments;
    }

    /// <summary>The procedure that was called; with a pattern registration, the actual one.</summary>
    public string Procedure { get; }

    /// <summary>What it was called with.</summary>
    public WampArguments Arguments { get; }

    /// <summary>Who calls, as far as that was disclosed.</summary>
    public WampPeer Caller => new(Details.GetInteger("caller"), Details.GetText("caller_authid"), Details.GetText("caller_authrole"));

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

    internal Session Session { get; }

    internal ulong Request { get; }

    internal bool IsInterrupted => Volatile.Read(ref _isInterrupted);

    /// <summary>Cancels the token. What is registered on it runs on the thread pool, never on the read loop.</summary>
    internal void Interrupt()
    {
        CancellationTokenSource? interruption;
        lock (_lock)
        {
            _isInterrupted = true;
            interruption = _interruption;
        }

        if (interruption is not null)
        {
            _ = interruption.CancelAsync();
        }
    }
}
