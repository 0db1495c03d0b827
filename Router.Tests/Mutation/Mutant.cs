namespace WampRouter.Mutation;

/// <summary>One fault.</summary>
/// <param name="Id">Its number, the same in every run over the same sources.</param>
/// <param name="File">The source file, relative to the repository.</param>
/// <param name="Line">Where in it, from 1.</param>
/// <param name="Kind">What was done, in a word or two.</param>
/// <param name="Original">What stands there.</param>
/// <param name="Faulty">What stands there with the fault.</param>
/// <param name="MayUnassign">Whether the compiler may find a variable unassigned because of it, somewhere else in the member.</param>
internal sealed record Mutant(int Id, string File, int Line, string Kind, string Original, string Faulty, bool MayUnassign)
{
    /// <summary>The folder it is in.</summary>
    public string Folder => Path.GetDirectoryName(File)!.Replace('\\', '/');

    /// <inheritdoc />
    public override string ToString() => $"{Id} {File}:{Line} {Kind}: {Original}  ->  {Faulty}";
}
