namespace WampRouter.Client;

/// <summary>
/// Reads the arguments of a call or an event into the parameters of a method, one after the other. Generated code uses it; what you write yourself reads
/// <see cref="WampArguments"/>. Not to be shared between threads.
/// </summary>
public struct WampArgumentReader
{
    private readonly WampArguments _arguments;
    private readonly bool _refusesMore;
    private int _next;

    /// <summary>Begins with the first argument of a call.</summary>
    /// <param name="invocation">The call.</param>
    public WampArgumentReader(WampInvocation invocation)
    {
        ArgumentNullException.ThrowIfNull(invocation);
        (_arguments, _refusesMore) = (invocation.Arguments, invocation.RefusesExtraArguments);
    }

    /// <summary>Begins with the first argument of an event.</summary>
    /// <param name="message">The event.</param>
    public WampArgumentReader(WampEvent message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _arguments = message.Arguments;
    }

    /// <summary>Reads the next positional argument, or the named one if there are not as many.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="name">The parameter's name.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="WampException"><see cref="WampErrorUri.InvalidArgument"/>: the argument of a call is missing or something else.</exception>
    /// <exception cref="WampSerializationException">The argument of an event is missing or something else.</exception>
    public T Next<T>(string name) => _arguments.Get<T>(_next++, name);

    /// <summary>As <see cref="Next{T}"/>, for an argument that may be left out.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="name">The parameter's name.</param>
    /// <param name="fallback">What it is when it was left out.</param>
    /// <returns>The argument.</returns>
    public T NextOr<T>(string name, T fallback)
    {
        var position = _next++;
        return position < _arguments.Count || _arguments.Contains(name) ? _arguments.Get<T>(position, name) : fallback;
    }

    /// <summary>Reads a named argument.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="name">Its name.</param>
    /// <returns>The argument.</returns>
    /// <inheritdoc cref="Next{T}" path="/exception"/>
    public readonly T Named<T>(string name) => _arguments.Get<T>(name);

    /// <summary>Reads a named argument that may be left out.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="fallback">What it is when it was left out.</param>
    /// <returns>The argument.</returns>
    public readonly T NamedOr<T>(string name, T fallback) => _arguments.GetOr(name, fallback);

    /// <summary>There are no more parameters: refuses arguments beyond them, where <see cref="WampRegisterOptions.RefuseExtraArguments"/> wants it so.</summary>
    /// <param name="names">The names of all parameters.</param>
    /// <exception cref="WampException"><see cref="WampErrorUri.InvalidArgument"/>: there are more.</exception>
    public readonly void End(params string[] names)
    {
        if (_refusesMore)
        {
            _arguments.ThrowIfMore(_next, names);
        }
    }
}
