namespace WampRouter.Sessions.Authentication;

/// <summary>
/// A number for each address or user seen recently; 0 for all others. Bounded: entries are in two halves. When the newer half is full, or its time is over, the
/// older half is forgotten as a whole. Not thread-safe.
/// </summary>
/// <param name="most">How many keys are remembered.</param>
/// <param name="time">How long a key is remembered: at least this long, unless there are too many keys; at most twice as long.</param>
/// <param name="clock">The clock.</param>
internal sealed class RecentLogins<TKey>(int most, TimeSpan time, TimeProvider clock)
    where TKey : notnull
{
    private Dictionary<TKey, int> _young = [];
    private Dictionary<TKey, int> _old = [];
    private long _turned = clock.GetTimestamp();
    private (int Most, TimeSpan Time) _bounds = (most, time);

    /// <summary>How many keys are remembered now.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>The number of a key; 0 where it is not remembered.</summary>
    public int this[TKey key]
    {
        get
        {
            Turn();
            return _young.TryGetValue(key, out var number) || _old.TryGetValue(key, out number) ? number : 0;
        }

        set
        {
            Turn();
            _old.Remove(key);
            if (value == 0)
            {
                _young.Remove(key);
                return;
            }

            if (_young.Count >= Math.Max(1, _bounds.Most / 2) && !_young.ContainsKey(key))
            {
                Turn(isFull: true);
            }

            _young[key] = value;
        }
    }

    /// <summary>Other bounds hold from now on. What is remembered beyond a lower one is forgotten as the rest is, one half after the other.</summary>
    public void Apply(int most, TimeSpan time) => _bounds = (most, time);

    private void Turn(bool isFull = false)
    {
        var age = clock.GetElapsedTime(_turned);
        if (age >= _bounds.Time * 2)
        {
            (_young, _old) = ([], []);
        }
        else if (isFull || age >= _bounds.Time)
        {
            (_young, _old) = ([], _young);
        }
        else
        {
            return;
        }

        _turned = clock.GetTimestamp();
    }
}
