using System.IO.Pipelines;

namespace WampRouter.Transports;

/// <summary>Two directions of one connection, seen from one end.</summary>
internal sealed record PipePair(PipeReader Input, PipeWriter Output) : IDuplexPipe;
