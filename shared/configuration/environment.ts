/** Environment variables by name, as handed to whatever depends on them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The only place that reads the process's environment. */
export function readEnvironment(): Environment {
  return { ...process.env }
}

const TENSORFLOW_ENVIRONMENT = { TF_CPP_MIN_LOG_LEVEL: '1', TF_ENABLE_ONEDNN_OPTS: '0' }

/**
 * Sets what TensorFlow's native library reads from the environment when it loads, where it is not set. In the main
 * thread, before any worker starts: a worker has a copy of the environment, which the library does not see.
 *
 * No lines about how the library was built. No oneDNN: on small matrices its products cost five times as much as the others,
 * and a net's steps are small matrices.
 */
export function setTensorflowEnvironment(): void {
  for (const [name, value] of Object.entries(TENSORFLOW_ENVIRONMENT)) process.env[name] ??= value
}

/** For a process in which TensorFlow's native library runs as it comes. */
export function withoutTensorflowSettings(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !(name in TENSORFLOW_ENVIRONMENT)))
}
