package io.undertone.streams;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Keys and certificates for one test run, made by the JDK's `keytool`; none is ever committed. Every store is PKCS12.
///
/// @param broker key of the broker, for 127.0.0.1
/// @param tagger key of a client, `CN=undertone`
/// @param trustsBroker holds the broker's certificate
/// @param trustsTagger holds the client's certificate, and so not the broker's
record TestCertificates(Path broker, Path tagger, Path trustsBroker, Path trustsTagger) {

    /// Of all stores. Looks like nothing else, so that a log can be searched for it.
    static final String PASSWORD = "store-password-4711";

    private static final String ALIAS = "key";

    static TestCertificates make(Path folder) throws Exception {
        Files.createDirectories(folder);
        Path broker = folder.resolve("broker.p12");
        Path tagger = folder.resolve("tagger.p12");
        Process first = generate(broker, "CN=broker", "san=ip:127.0.0.1");
        Process second = generate(tagger, "CN=undertone", "san=dns:undertone");
        await(first);
        await(second);
        return new TestCertificates(
                broker,
                tagger,
                trusting(broker, folder.resolve("trusts-broker.p12")),
                trusting(tagger, folder.resolve("trusts-tagger.p12")));
    }

    /// Private key and certificate in one file, as Kubernetes secrets often hold them.
    Path taggerAsPem() throws Exception {
        KeyStore keys = load(tagger);
        String pem =
                pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded())
                        + pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
        return Files.writeString(tagger.resolveSibling("tagger.pem"), pem);
    }

    Path brokerCertificateAsPem() throws Exception {
        return Files.writeString(
                broker.resolveSibling("broker.pem"),
                pem("CERTIFICATE", load(broker).getCertificate(ALIAS).getEncoded()));
    }

    /// For a server other than a broker: its key, and trust in the client's.
    SSLContext brokerContext() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(broker), PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(load(trustsTagger));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what + "-----\n";
    }

    private static Process generate(Path store, String name, String extension) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "2",
                        "-dname",
                        name,
                        "-ext",
                        extension,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(
                        store.resolveSibling(store.getFileName() + ".log").toFile())
                .start();
    }

    private static void await(Process keytool) throws InterruptedException {
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IllegalStateException("keytool failed: "
                    + Arrays.toString(keytool.info().arguments().orElse(new String[0])));
        }
    }

    private static Path trusting(Path keys, Path store) throws GeneralSecurityException, IOException {
        Certificate certificate = load(keys).getCertificate(ALIAS);
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("trusted", certificate);
        try (OutputStream out = Files.newOutputStream(store)) {
            trust.store(out, PASSWORD.toCharArray());
        }
        return store;
    }

    private static KeyStore load(Path store) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }
}
