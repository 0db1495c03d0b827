namespace WampRouter.Measures;

/// <summary>
/// A small number that one running thread has to itself, for arrays in which each thread has a place of its own. When a thread has ended, another gets its number, so there are never more than
/// threads at the same time, and those whose end the garbage collector has not seen yet.
/// </summary>
internal sealed class ThreadSlot
{
    private static readonly Lock Gate = new();      // nothing is taken under it
    private static readonly Stack<int> Free = new();
    private static int _given;

    [ThreadStatic]
    private static int _mine;                       // one more than the number; 0: none yet

    [ThreadStatic]
    private static ThreadSlot? _owner;              // alive as long as its thread

    private readonly int _number;

    private ThreadSlot()
    {
        lock (Gate)
        {
            _number = Free.TryPop(out var free) ? free : _given++;
        }
    }

    ~ThreadSlot()
    {
        lock (Gate)
        {
            Free.Push(_number);
        }
    }

    /// <summary>How many numbers were given out so far.</summary>
    public static int Given
    {
        get
        {
            lock (Gate)
            {
                return _given;
            }
        }
    }

    /// <summary>The number of the running thread.</summary>
    public static int Current => _mine > 0 ? _mine - 1 : Take();

    private static int Take()
    {
        _owner = new ThreadSlot();
        _mine = _owner._number + 1;
        return _owner._number;
    }
}
