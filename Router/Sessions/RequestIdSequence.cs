using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>Checks that a peer's request ids count up by one (<c>rfc/text/basic/building_blocks.md</c> "IDs"). Session loop only.</summary>
internal struct RequestIdSequence
{
    private ulong _last;
    private bool _reported;

    /// <summary>Takes the next id; false if it is out of order in a way that <paramref name="check"/> minds.</summary>
    public bool TryAdvance(ulong request, RequestIdCheck check)
    {
        var expected = (_last % WampId.Max) + 1;
        var inOrder = request == expected || (check == RequestIdCheck.Monotonic && _last == 0);
        _last = request;
        return inOrder || check is RequestIdCheck.Off or RequestIdCheck.Log;
    }

    /// <summary>Whether to log the next id: true once per session, where ids out of order are only logged. Call it before <see cref="TryAdvance"/>.</summary>
    public bool ShouldReport(ulong request, RequestIdCheck check)
    {
        if (check != RequestIdCheck.Log || _reported || request == (_last % WampId.Max) + 1)
        {
            return false;
        }

        _reported = true;
        return true;
    }
}
