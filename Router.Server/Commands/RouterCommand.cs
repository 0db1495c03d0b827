namespace WampRouter.Server.Commands;

/// <summary>A command of the program that does one thing and ends.</summary>
/// <param name="Name">The word that runs it.</param>
/// <param name="Arguments">What may follow, for the usage.</param>
/// <param name="Says">What it does, in a few words.</param>
/// <param name="Help">What <c>--help</c> says of it.</param>
/// <param name="Run">Runs it, and returns the exit code.</param>
internal sealed record RouterCommand(string Name, string Arguments, string Says, string Help, RouterCommandRun Run);

/// <summary>What a command does.</summary>
/// <param name="program">What it talks through, and where it is.</param>
/// <param name="args">What follows its name.</param>
/// <returns>The exit code.</returns>
internal delegate int RouterCommandRun(RouterCommands program, ReadOnlySpan<string> args);
