namespace WampRouter.Configuration.Documents;

/// <summary>What a setting takes.</summary>
internal enum SettingKind : byte
{
    Text,
    Boolean,
    Integer,
    Choice,
    TextList,
    Object,
    ObjectList,
}

/// <summary>A key that a reader asks for: what unknown keys are compared with, and what the JSON schema is tested against.</summary>
/// <param name="Key">As written in the file.</param>
/// <param name="Kind">What it takes.</param>
internal sealed record Setting(string Key, SettingKind Kind)
{
    /// <summary>Whether leaving it out is a mistake.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The value it has when left out, as JSON; null where that cannot be said in one word.</summary>
    public string? Default { get; init; }

    /// <summary>The words of a <see cref="SettingKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The range of an <see cref="SettingKind.Integer"/>.</summary>
    public (long Least, long Most)? Range { get; init; }

    /// <summary>The fewest items of a list.</summary>
    public int LeastItems { get; init; }

    /// <summary>The keys of an <see cref="SettingKind.Object"/> or of the items of an <see cref="SettingKind.ObjectList"/>; filled only by <see cref="ObjectReader.Describe"/>.</summary>
    public IReadOnlyList<Setting> Members { get; init; } = [];
}
