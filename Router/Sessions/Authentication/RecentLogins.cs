namespace WampRouter.Sessions.Authentication;

/// <summary>
/// A number for each of the addresses or users of the last while; whoever is not among them has 0. Bounded: the first half of what is remembered goes as a whole when the
/// second is full, or when its time is over. Not safe on several threads.
/// </summary>
/// <param name="most">How many are remembered.</param>
/// <param name="time">How long at least, where there are not too many; at most twice that.</param>
/// <param name="clock">The clock.</param>
internal sealed class RecentLogins<TKey>(int most, TimeSpan time, TimeProvider clock)
    where TKey : notnull
{
    private Dictionary<TKey, int> _young = [];
    private Dictionary<TKey, int> _old = [];
    private long _turned = clock.GetTimestamp();

    /// <summary>How many are remembered.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>The number of one of them.</summary>
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

            if (_young.Count >= Math.Max(1, most / 2) && !_young.ContainsKey(key))
            {
                Turn(isFull: true);
            }

            _young[key] = value;
        }
    }

    private void Turn(bool isFull = false)
    {
        var age = clock.GetElapsedTime(_turned);
        if (age >= time * 2)
        {
            (_young, _old) = ([], []);
        }
        else if (isFull || age >= time)
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
