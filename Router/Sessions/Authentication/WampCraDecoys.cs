using System.Buffers.Binary;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// What WAMP-CRA shows for users that do not exist. Each is made in the likeness of a real user, with its role, iterations and length of key, so that as many look like it as if they were
/// real; and it stays the same while other users come and go. Immutable. Any thread.
/// </summary>
internal sealed class WampCraDecoys
{
    private static readonly WampCraPrincipal Anybody = new() { AuthId = "", Role = "user", Secrets = [] };

    private readonly DecoyKey _key;
    private readonly (ulong Weight, WampCraPrincipal User)[] _models;

    /// <param name="models">The users that can be imitated: those who may come from where the client is.</param>
    /// <param name="key">What makes it up.</param>
    public WampCraDecoys(IEnumerable<WampCraPrincipal> models, DecoyKey key)
    {
        _key = key;
        _models = [.. models.Select(user => (NumberOf("model", user.AuthId), user))];
        MostSecrets = _models.Select(model => model.User.Secrets.Count).DefaultIfEmpty(1).Max();
        IsAnyGuessable = _models.Any(model => model.User.IsGuessable);
    }

    /// <summary>How many secrets are tried at each login.</summary>
    public int MostSecrets { get; }

    /// <summary>Whether one of the users may have a secret that can be guessed: which one must not show.</summary>
    public bool IsAnyGuessable { get; }

    /// <summary>A user of this name.</summary>
    public WampCraPrincipal Imitate(string authId)
    {
        var model = FindModel(authId);
        return new WampCraPrincipal
        {
            AuthId = authId,
            Role = model.Role,
            Secrets = [WampCraSecret.Of(Convert.ToBase64String(_key.BytesOf("secret", authId)))],
            Salting = model.Salting is { } salting ? salting with { Salt = Convert.ToBase64String(_key.BytesOf("salt", authId).AsSpan(0, WampCraSalting.SaltBytes)) } : null,
        };
    }

    /// <summary>The model whose number, mixed with that of the name, is the highest: a model more or less changes the choice of few names.</summary>
    private WampCraPrincipal FindModel(string authId)
    {
        var number = NumberOf("name", authId);
        var (best, highest) = (Anybody, 0UL);
        foreach (var (weight, user) in _models)
        {
            var mixed = Mix(number ^ weight);
            if (mixed >= highest)
            {
                (best, highest) = (user, mixed);
            }
        }

        return best;
    }

    private ulong NumberOf(string purpose, string name) => BinaryPrimitives.ReadUInt64LittleEndian(_key.BytesOf(purpose, name));

    /// <summary>Spreads each bit over all others (the finalizer of SplitMix64).</summary>
    private static ulong Mix(ulong number)
    {
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }
}
