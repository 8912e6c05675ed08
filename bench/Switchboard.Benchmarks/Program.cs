using BenchmarkDotNet.Running;
using Switchboard.Benchmarks.Engine;

// "engine" compares the engine with llama.cpp; anything else goes to BenchmarkDotNet.
if (args is ["engine", .. var rest])
{
    return await EngineBench.RunAsync(rest);
}

BenchmarkSwitcher.FromAssembly(typeof(EngineBench).Assembly).Run(args);
return 0;
