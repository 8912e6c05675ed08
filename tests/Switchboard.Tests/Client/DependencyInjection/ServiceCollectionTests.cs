using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Switchboard.Client;
using Switchboard.Protocol.Chat;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.DependencyInjection;

public sealed class ServiceCollectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_comes_from_code_and_calls()
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi.");
        var services = new ServiceCollection();
        services.AddSwitchboardClient(options => Point(options, upstream));
        await using var provider = services.BuildServiceProvider();

        ChatCompletion completion = await provider.GetRequiredService<SwitchboardClient>().Chat.Completions.CreateAsync(new([new UserMessage("Hello")], "m"), cancellationToken: Token);

        Assert.Equal("Hi.", completion.Choices[0].Message.Content);
        Assert.Same(provider.GetRequiredService<SwitchboardClient>(), provider.GetRequiredService<SwitchboardClient>());
        Assert.Equal("Bearer sk-one", Assert.Single(upstream.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task Named_clients_are_keyed_and_keep_apart()
    {
        await using var eu = ReplayUpstream.Start();
        await using var us = ReplayUpstream.Start();
        var services = new ServiceCollection();
        services.AddSwitchboardClient("eu", options => Point(options, eu));
        services.AddSwitchboardClient("us", Section(new() { ["Root:OpenAI:BaseUrl"] = us.BaseUrl.ToString(), ["Root:OpenAI:ApiKey"] = "sk-us", ["Root:OpenAI:ReadsEnvironment"] = "false" }).GetSection("Root:OpenAI"));
        services.AddSingleton<Taker>();
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<Taker>().Client.Models.ListAsync(cancellationToken: Token);
        await provider.GetRequiredKeyedService<SwitchboardClient>("us").Models.ListAsync(cancellationToken: Token);

        Assert.Equal("Bearer sk-one", Assert.Single(eu.Requests).Header("Authorization"));
        Assert.Equal("Bearer sk-us", Assert.Single(us.Requests).Header("Authorization"));
        Assert.Null(provider.GetService<SwitchboardClient>());
    }

    [Fact]
    public void Every_setting_can_be_told_by_configuration()
    {
        var services = new ServiceCollection();
        services.AddSwitchboardClient(Section(new()
        {
            ["ApiKey"] = "k", ["AdminApiKey"] = "a", ["BaseUrl"] = "https://host/v1", ["Organization"] = "o", ["Project"] = "p", ["WebhookSecret"] = "w",
            ["Timeout"] = "00:01:00", ["ConnectTimeout"] = "00:00:03", ["StreamIdleTimeout"] = "Infinite", ["MaxRetryAfter"] = "00:00:09", ["MaxRetries"] = "5", ["MaxResponseBytes"] = "1000",
            ["CapturesContent"] = "true", ["ReadsEnvironment"] = "false", ["Headers:X-One"] = "1", ["Query:q"] = "2",
            ["Azure:Endpoint"] = "https://r.openai.azure.com", ["Azure:ApiKey"] = "z", ["Azure:ApiVersion"] = "v", ["Azure:Deployment"] = "d", ["Azure:Surface"] = "deployments",
        }));
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptionsMonitor<SwitchboardClientOptions>>().CurrentValue;

        Assert.Equal(("k", "a", "o", "p", "w"), (options.ApiKey, options.AdminApiKey, options.Organization, options.Project, options.WebhookSecret));
        Assert.Equal(new Uri("https://host/v1"), options.BaseUrl);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(9)), (options.Timeout, options.ConnectTimeout, options.StreamIdleTimeout, options.MaxRetryAfter));
        Assert.Equal((5, 1000, true, false), (options.MaxRetries, options.MaxResponseBytes, options.CapturesContent, options.ReadsEnvironment));
        Assert.Equal("1", options.Headers["x-one"]);
        Assert.Equal("2", options.Query["q"]);
        Assert.Equal(new AzureOptions { Endpoint = new("https://r.openai.azure.com"), ApiKey = "z", ApiVersion = "v", Deployment = "d", Surface = AzureSurface.Deployments }, options.Azure);
    }

    [Theory]
    [InlineData("Timeout", "soon", "OpenAI:Timeout has to be a time")]
    [InlineData("MaxRetries", "-1", "MaxRetries")]
    [InlineData("MaxRetries", "many", "OpenAI:MaxRetries has to be a whole number")]
    [InlineData("BaseUrl", "ftp://host", "BaseUrl")]
    [InlineData("BaseUrl", "nothing", "OpenAI:BaseUrl has to be an address")]
    [InlineData("CapturesContent", "1", "OpenAI:CapturesContent has to be true or false")]
    [InlineData("Azure:Surface", "other", "OpenAI:Azure:Surface has to be V1 or Deployments")]
    [InlineData("Azure:ApiVersion", "2024-10-21", "Azure.Endpoint")]
    public void What_cannot_work_is_told_when_the_host_starts(string setting, string value, string expected)
    {
        var services = new ServiceCollection();
        services.AddSwitchboardClient("main", Section(new() { [$"OpenAI:{setting}"] = value, ["OpenAI:ReadsEnvironment"] = "false" }).GetSection("OpenAI"));
        using var provider = services.BuildServiceProvider();

        // This is what a host runs first.
        var fault = Assert.ThrowsAny<Exception>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handlers_can_be_added_and_the_factorys_log_stays_off()
    {
        await using var upstream = ReplayUpstream.Start();
        List<string> lines = [];
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new LineProvider(lines)));
        services.AddSwitchboardClient(options => Point(options, upstream)).AddHttpMessageHandler(() => new Marker());
        await using var provider = services.BuildServiceProvider();

        await Assert.ThrowsAsync<ApiNotFoundException>(() => provider.GetRequiredService<SwitchboardClient>().Files.RetrieveAsync("file-1", cancellationToken: Token));

        Assert.Equal("here", Assert.Single(upstream.Requests).Header("X-Marker"));
        Assert.Contains(lines, line => line.StartsWith("Switchboard.Client", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("file-1", StringComparison.Ordinal) || line.Contains("sk-one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_http_client_has_no_time_limit_of_its_own_and_the_clock_is_the_containers()
    {
        await using var upstream = ReplayUpstream.Start();
        var clock = new ManualTimeProvider();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSwitchboardClient(options => Point(options, upstream));
        await using var provider = services.BuildServiceProvider();

        Assert.Equal(Timeout.InfiniteTimeSpan, provider.GetRequiredService<IHttpClientFactory>().CreateClient("Switchboard.Client").Timeout);
        Assert.Same(clock, provider.GetRequiredService<SwitchboardClient>().Transport.Options.TimeProvider);
    }

    [Fact]
    public async Task The_interfaces_stand_on_the_client_of_their_name()
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi.");
        var services = new ServiceCollection();
        services.AddSwitchboardClient(options => Point(options, upstream));
        services.AddSwitchboardClient("eu", options => Point(options, upstream));
        services.AddSwitchboardChatClient("m").AddSwitchboardResponsesChatClient("r", "eu").AddSwitchboardEmbeddingGenerator("e");
        await using var provider = services.BuildServiceProvider();

        var chat = provider.GetRequiredService<IChatClient>();

        Assert.Equal("Hi.", (await chat.GetResponseAsync("Hello", cancellationToken: Token)).Text);
        Assert.Same(provider.GetRequiredService<SwitchboardClient>(), chat.GetService<SwitchboardClient>());
        Assert.Same(provider.GetRequiredKeyedService<SwitchboardClient>("eu"), provider.GetRequiredKeyedService<IChatClient>("eu").GetService<SwitchboardClient>());
        Assert.Equal("e", provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>().GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId);
    }

    private static void Point(SwitchboardClientOptions options, ReplayUpstream upstream)
    {
        options.BaseUrl = upstream.BaseUrl;
        options.ApiKey = "sk-one";
        options.ReadsEnvironment = false;
        options.MaxRetries = 0;
    }

    private static IConfigurationRoot Section(Dictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build();

    private sealed class Taker([FromKeyedServices("eu")] SwitchboardClient client)
    {
        public SwitchboardClient Client => client;
    }

    private sealed class Marker : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("X-Marker", "here");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class LineProvider(List<string> lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Lines(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Lines(string category, List<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                lock (lines)
                {
                    lines.Add($"{category}: {formatter(state, exception)}");
                }
            }
        }
    }
}
