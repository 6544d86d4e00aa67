/** Spanish. */
import type { Translation } from '.';
import { FILM_TITLES, formatsOf, wordsOf } from './words';

const words = wordsOf('es');
const { plural, number } = words;
const formats = formatsOf(words);
const films = () => words.either(FILM_TITLES);

export const es: Translation = {
  name: 'Visage',
  title: 'Visage: restauración de caras en fotos',
  description: 'Restaura caras en fotos antiguas y borrosas y muestra qué ha cambiado.',
  skip: 'Ir al contenido principal',
  home: 'Visage, página de inicio',
  theme: {
    change: (current, next) => `Tema: ${current}. Cambiar a ${next}`,
    system: 'del sistema',
    light: 'claro',
    dark: 'oscuro',
  },
  language: 'Idioma',
  docs: 'API',
  privacy: 'Su foto se envía solo a este servicio. Permanece en memoria mientras se procesa y no se guarda nunca.',
  dismiss: 'Cerrar',

  service: {
    checking: 'Comprobando el servicio',
    ready: 'Servicio listo',
    starting: 'El servicio está arrancando',
    down: 'Servicio no disponible',
    startingNote: 'El servicio aún está cargando sus modelos.',
    downNote: 'El servicio no responde. Esta página lo seguirá intentando.',
    meantime: 'Mientras tanto puede elegir una foto.',
    isBack: 'El servicio vuelve a estar disponible.',
  },

  empty: {
    headline: 'Caras, de nuevo nítidas.',
    lead: 'Restaura las caras de fotos antiguas, borrosas o diminutas. No guarda ninguna y le dice si sigue siendo la misma persona.',
    drop: 'Suelte fotos aquí',
    dropNow: 'Suelte para usar estas fotos',
    paste: 'o pegue una del portapapeles',
    choose: 'Elegir una foto',
    chooseTouch: 'Elegir o hacer una foto',
    rules: (max) => `${formats.anyOf}, hasta ${max}`,
    sample: 'Restaurar esta usted mismo',
    sampleCredit: 'La astronauta Eileen Collins, NASA, dañada a propósito',
    samples: 'Ejemplos',
    sampleNames: { blur: 'Borrosa', print: 'Copia antigua', small: 'Diminuta' },
  },

  problems: {
    title: (count) => plural(count, { one: 'Se dejó fuera # archivo', other: 'Se dejaron fuera # archivos' }),
    get type() {
      return `no es un archivo que el servicio lea (${formats.anyOf}). Cuenta el contenido, no el nombre.`;
    },
    knownType: (title) => `es un archivo ${title}. El servicio lee ${formats.allOf}.`,
    empty: 'está vacío. Elija de nuevo el archivo original.',
    size: (size, max) => `ocupa ${size}. El límite es ${max}.`,
    damaged: 'está dañado o incompleto. Cópielo o expórtelo de nuevo desde su origen.',
    oneFilm: 'es una segunda película. Una cada vez: termine o quite antes la otra.',
    link: 'Se soltó un enlace a una imagen. Guarde primero la imagen y suelte después el archivo.',
    nothingPasted: 'No hay ninguna imagen en el portapapeles. Copie primero una imagen y péguela aquí.',
    sample: 'No se pudo cargar el ejemplo. Compruebe la conexión con el servicio e inténtelo de nuevo.',
  },

  photo: {
    alt: (name) => `Su foto, ${name}`,
    dimensions: 'Dimensiones',
    file: 'Archivo',
    result: 'Resultado',
    replace: 'Otra foto',
    restore: 'Restaurar',
    fit: 'Reducir',
    fitTo: (size) => `Reducir a ${size}`,
    fitted: 'Reducida para el servicio.',
    tooManyInput: (has, max) => `Esta foto tiene ${has} megapíxeles. El servicio acepta como máximo ${max}.`,
    tooManyBytes: (has, max) => `Este archivo ocupa ${has}. El servicio acepta como máximo ${max}.`,
    tooManyOutput: (has, max) => `El resultado tendría ${has} megapíxeles. El servicio produce como máximo ${max}.`,
    enlargeBy: (factor) => `Ampliar ${factor}× en su lugar`,
    tooSmall: (min) => `El lado corto tiene menos de ${min} píxeles. El servicio necesita al menos ${min}.`,
    large: 'El resultado será grande. El proceso llevará un rato.',
  },

  findings: {
    faces: 'Caras',
    time: 'Tiempo',
    asking: 'Analizando…',
    found: (faces, chosen) =>
      faces === chosen ? number(faces) : `se restaurarán ${number(chosen)} de ${number(faces)}`,
    about: (duration) => `alrededor de ${duration}`,
    none: 'No se encontró ninguna cara. La foto se puede ampliar tal como está.',
    reasons: {
      already_sharp: (count) =>
        plural(count, {
          one: '# cara ya es nítida. Restaurarla cambiará poco, o no para mejor.',
          other: '# caras ya son nítidas. Restaurarlas cambiará poco, o no para mejor.',
        }),
      too_small: (count) =>
        plural(count, {
          one: '# cara es muy pequeña. Puede salir como otra persona.',
          other: '# caras son muy pequeñas. Pueden salir como otras personas.',
        }),
      bystander: (count) =>
        plural(count, {
          one: '# cara está desenfocada en el fondo. Se deja como está si no elige otra cosa.',
          other: '# caras están desenfocadas en el fondo. Se dejan como están si no elige otra cosa.',
        }),
    },
  },

  options: {
    title: 'Opciones',
    reset: 'Restablecer',
    factor: { label: 'Ampliar', times: (factor) => `${factor}×` },
    strength: {
      label: 'Intensidad',
      help: 'Cuánto de la cara restaurada sustituye al original. Un valor menor conserva más del original.',
    },
    faces: {
      label: 'Caras',
      help: 'Qué caras se restauran.',
      choices: { all: 'Todas', none: 'Ninguna', largest: 'Mayor', center: 'Central' },
    },
    identity: {
      label: 'Si una cara cambia demasiado',
      help: 'Si una cara ya no parece la misma persona, «Mezclar» la combina con el original hasta que lo parezca y «Conservar» deja el original.',
      choices: { warn: 'Avisar', blend: 'Mezclar', keep: 'Conservar' },
    },
    bystanders: {
      label: 'Restaurar caras borrosas del fondo',
      help: 'Si no, las caras pequeñas y desenfocadas del fondo se dejan como están.',
    },
    color: {
      label: 'Conservar los colores originales',
      help: 'Ajusta los colores de cada cara restaurada a los de la foto.',
    },
    grain: { label: 'Igualar el grano', help: 'Da a las caras restauradas el grano de lo que las rodea.' },
    background: {
      label: 'Mejorar el fondo',
      help: 'Si está desactivado, todo lo que no es cara se amplía sin IA, que es más rápido.',
    },
    format: {
      label: 'Guardar como',
      get help() {
        return `Sin pérdida: ${formats.lossless}. Más pequeños: ${formats.smaller}.`;
      },
    },
    metadata: {
      label: 'Metadatos de la foto',
      help: 'Fecha, cámara, pie de foto y derechos. «Privado» omite el lugar y los números de serie.',
      choices: { keep: 'Conservar', private: 'Privado', strip: 'Quitar' },
    },
  },

  progress: {
    title: 'Restaurando su foto',
    tellMe: 'Avisarme cuando termine',
    willTell: 'Recibirá una notificación cuando termine.',
    queued: 'Esperando su turno',
    sent: 'Subida. Esperando para empezar',
    count: (done, total) => `${done} de ${total}`,
    times: (elapsed, remaining) =>
      remaining === null ? `${elapsed} hasta ahora` : `${elapsed} hasta ahora, quedan alrededor de ${remaining}`,
    received: (size) => `${size} recibidos`,
    overall: 'Progreso total',
    done: 'hecho',
    running: 'en curso',
    waiting: 'sin empezar',
    cancel: 'Cancelar',
    canceled: 'Cancelado. Su foto sigue aquí.',
    stages: {
      upload: 'Subir la foto',
      detector: 'Buscar caras',
      restorer: 'Restaurar caras',
      upscaler: 'Ampliar la foto',
      compose: 'Integrar las caras',
      verifier: 'Comprobar la identidad',
      metrics: 'Medir la diferencia',
      encode: 'Preparar el resultado',
      decode: 'Leer la foto',
      request: 'Comprobar la petición',
      ingress: 'Aceptar la petición',
      weights: 'Cargar un modelo',
      internal: 'Dentro del servicio',
      waiting: 'Esperar y mover datos',
      receive: 'Recibir el resultado',
    },
  },

  result: {
    title: 'Restaurada',
    announce: (faces, duration) =>
      `Hecho en ${duration}. ${plural(faces, { one: 'Se restauró # cara.', other: 'Se restauraron # caras.' })}`,
    summary: (faces, found, duration) =>
      faces === found
        ? `${plural(faces, { one: '# cara', other: '# caras' })}, ${duration}`
        : `${faces} de ${plural(found, { one: '# cara', other: '# caras' })}, ${duration}`,
    warning: 'Revise el resultado con cuidado',
    download: 'Descargar',
    composed: 'compuesta aquí',
    fromService: (format) => `${format} del servicio`,
    asking: 'El servicio la restaura con estas intensidades…',
    serviceFailed: 'El servicio no pudo hacerlo ahora. «Descargar» da la imagen compuesta en este navegador.',
    copy: 'Copiar',
    copied: 'Copiado',
    copyFailed: 'El navegador no permitió copiar. Use «Descargar».',
    share: 'Compartir',
    shareFailed: 'El navegador no pudo compartirla. Use «Descargar».',
    card: 'Guardar comparación',
    cardCaption: (identity, model) =>
      identity === null ? `Restaurada por IA · ${model}` : `Restaurada por IA · identidad ${identity} · ${model}`,
    report: 'Informe (JSON)',
    again: 'Restaurar de nuevo',
    changeOptions: 'Cambiar opciones',
  },

  notes: {
    title: 'Conviene saber',
    more_pages: (count) =>
      plural(count, {
        one: 'El archivo tiene # página.',
        other: 'El archivo tiene # páginas. Solo se restauró la primera.',
      }),
    more_frames: (count) =>
      plural(count, {
        one: 'El archivo tiene # fotograma.',
        other: 'El archivo tiene # fotogramas. Solo se restauró el primero.',
      }),
    picture_sequence: 'El archivo también tiene una secuencia de imágenes. Solo se restauró la fija.',
    exif_lost:
      'La fecha y los datos de la cámara no se pueden leer en este tipo de archivo y no están en el resultado.',
    picture_in_alpha: 'La imagen estaba solo en la transparencia y se puso sobre blanco.',
    smaller_factor: (factor, wanted, max) =>
      `Ampliada ${factor}× en lugar de ${wanted}×: los resultados tienen como máximo ${max} megapíxeles.`,
    no_transparency: (format) => `${format} no tiene transparencia, por eso la imagen se puso sobre blanco.`,
    fewer_bits: (format, bits, of) =>
      `${format} se escribe con ${bits} bits por canal, menos que los ${of} de la foto.`,
    no_facial_prior:
      'El servicio funciona sin su red para caras: los ojos y los dientes se enfocaron, no se restauraron.',
    faces_left_out: (kept, found) => `Solo se restauraron las ${kept} caras más grandes de ${found}.`,
    bystanders: (count) =>
      plural(count, {
        one: '# cara del fondo está desenfocada y quedó como estaba. Una opción la restaura también.',
        other: '# caras del fondo están desenfocadas y quedaron como estaban. Una opción las restaura también.',
      }),
    credentials_unreadable: 'Las Content Credentials de la foto no se pudieron leer y no están en el resultado.',
    credentials_unsigned: 'Las Content Credentials de la foto no están en el resultado porque este servicio no firma.',
    kept_as_it_was: (number, identity) =>
      `La cara ${number} quedó como estaba, para seguir siendo la misma persona (identidad ${identity}).`,
    restored_less: (number, strength, identity) =>
      `La cara ${number} se restauró solo al ${strength}, para seguir siendo la misma persona (identidad ${identity}).`,
  },

  save: {
    title: 'Guardar como',
    format: 'Formato',
    quality: 'Calidad',
    help: 'Codificada en este navegador: 8 bits por canal, sin metadatos.',
  },

  stage: {
    label: 'Antes y después',
    hint: 'Más y menos acercan y alejan. 0 muestra toda la imagen. 1 muestra los píxeles reales. Las flechas mueven la imagen ampliada. Mantenga O para ver el original. El signo de interrogación muestra todas las teclas.',
    handle: 'Divisor entre el original a la izquierda y la imagen restaurada a la derecha',
    before: 'Original',
    after: 'Restaurada',
    against: 'Comparar con',
    version: (number, options) => `Versión ${number}: ${options}`,
    mode: 'Vista',
    modes: { slider: 'Divisor', sides: 'Lado a lado', lens: 'Lupa', difference: 'Diferencia' },
    differenceNote: 'Más claro significa más cambio.',
    hold: 'Mantener para ver el original',
    boxes: 'Marcos de las caras',
    zoomIn: 'Acercar',
    zoomOut: 'Alejar',
    fit: 'Imagen completa',
    actualPixels: 'Píxeles reales',
    fullScreen: 'Pantalla completa',
    pan: {
      label: 'Mover la imagen',
      left: 'Mover a la izquierda',
      right: 'Mover a la derecha',
      up: 'Mover hacia arriba',
      down: 'Mover hacia abajo',
    },
    face: (number) => `Acercar a la cara ${number}`,
  },

  keys: {
    title: 'Teclado',
    list: [
      ['Intro', 'Restaurar'],
      ['Esc', 'Cancelar o cerrar'],
      ['S  Ctrl S', 'Descargar'],
      ['Ctrl C', 'Copiar el resultado'],
      ['← →', 'Mover el divisor o ir de cara en cara'],
      ['N  P', 'Cara siguiente, cara anterior'],
      ['V', 'Vista siguiente: divisor, lado a lado, lupa, diferencia'],
      ['O', 'Mantener para ver el original'],
      ['+  −', 'Acercar y alejar'],
      ['0  1', 'Imagen completa, píxeles reales'],
      ['B', 'Marcos de las caras'],
      ['F', 'Pantalla completa'],
      ['D', 'Mostrar u ocultar los detalles junto a la imagen'],
      ['?', 'Esta lista'],
    ],
    close: 'Cerrar',
  },

  panel: { hide: 'Ocultar los detalles', show: 'Mostrar los detalles' },

  strengths: {
    title: 'Intensidad de la restauración',
    all: 'Todas las caras',
    face: (number) => `Cara ${number}`,
    differ: (value) => `${value} de media`,
    identity: (value) => `Identidad de aproximadamente ${value} con esta intensidad.`,
    mark: (strength, identity) => `Hasta ${strength}, la marca del control, la identidad es al menos ${identity}.`,
    reset: 'Restablecer las intensidades',
    failed: 'Este navegador no puede componer la imagen. El servicio sí.',
  },

  trust: {
    title: '¿Sigue siendo la misma persona?',
    same: 'Sí',
    unknown: 'No se puede saber',
    look: 'Mire otra vez',
    nobody: 'No se restauró ninguna cara',
    sameText: (count) =>
      plural(count, {
        one: 'Para una red de reconocimiento facial, la cara restaurada es la misma persona.',
        other: 'Para una red de reconocimiento facial, las # caras restauradas son las mismas personas.',
      }),
    unknownText: (count, of) =>
      of === 1
        ? 'La cara es demasiado pequeña o borrosa en la foto para saberlo.'
        : plural(count, {
            one: `# de ${of} caras es demasiado pequeña o borrosa en la foto para saberlo.`,
            other: `# de ${of} caras son demasiado pequeñas o borrosas en la foto para saberlo.`,
          }),
    lookText: (count) =>
      plural(count, {
        one: '# cara quizá ya no parezca la misma persona.',
        other: '# caras quizá ya no parezcan las mismas personas.',
      }),
    scale: (value) => `Identidad ${value} en una escala de 0 a 1. Los desconocidos llegan hasta cerca de 0,4.`,
    strangers: 'desconocidos',
    samePerson: 'misma persona',
    worst: (number) => `Ver la cara ${number}`,
  },

  metrics: {
    title: 'Para expertos',
    againstInput:
      'Comparado con su foto, ampliada sin IA. Los valores dicen cuánto ha cambiado, no lo bien que se ve el resultado.',
    againstReference: 'Comparado con la imagen de referencia que se envió con la foto.',
    psnr: { name: 'PSNR', description: 'Píxel a píxel, en decibelios. Por encima de 40 casi no hay diferencia.' },
    ssim: { name: 'SSIM', description: 'Bordes y texturas. 1 significa idéntico.' },
    lpips: { name: 'LPIPS', description: 'Lo distintas que se ven las imágenes para una red. 0 significa idénticas.' },
    identity: { name: 'Identidad', description: 'Parecido de la cara que más cambió. 1 significa idéntica.' },
  },

  faces: {
    title: 'Caras',
    whole: 'Foto entera',
    one: (number) => `Cara ${number}`,
    kinds: {
      sure: (value) => `identidad ${value}, la misma persona`,
      doubtful: (value) => `identidad ${value}, mire otra vez`,
      unknown: 'demasiado pequeña o borrosa para saberlo',
      unchanged: 'sin cambios',
    },
    zoom: (number, state) => `Cara ${number}: ${state}. Acercar en ambos lados`,
  },

  times: {
    title: 'Tiempo de proceso',
    total: (duration) => `${duration} en total. Algunos pasos se hacen a la vez.`,
  },

  tray: {
    label: 'Fotos de esta pestaña',
    all: 'Todas las fotos',
    note: 'Las fotos permanecen en esta pestaña hasta que la cierre.',
    open: (name, state) => `${name}: ${state}`,
    remove: (name) => `Quitar ${name}`,
    removed: (name) => `Se quitó ${name}.`,
    undo: 'Deshacer',
    states: {
      ready: 'sin empezar',
      queued: 'en espera',
      uploading: 'subiendo',
      processing: 'en curso',
      done: 'restaurada',
      failed: 'con error',
    },
  },

  batch: {
    title: (count) => plural(count, { one: '# foto', other: '# fotos' }),
    summary: (done, failed, left) =>
      [
        ...(done > 0 || failed + left === 0 ? [plural(done, { one: '# restaurada', other: '# restauradas' })] : []),
        ...(failed > 0 ? [`${number(failed)} con error`] : []),
        ...(left > 0 ? [plural(left, { one: 'queda #', other: 'quedan #' })] : []),
      ].join(', '),
    start: (count) => plural(count, { one: 'Restaurar # foto', other: 'Restaurar # fotos' }),
    cancel: 'Cancelar todo',
    retry: 'Intentar de nuevo',
    retryAll: (count) => plural(count, { one: 'Reintentar # que falló', other: 'Reintentar # que fallaron' }),
    final: (count) =>
      plural(count, {
        one: '# volvería a fallar tal como está. Ábrala para ver qué ayuda.',
        other: '# volverían a fallar tal como están. Ábralas para ver qué ayuda.',
      }),
    zip: (count) => plural(count, { one: 'Descargar # (ZIP)', other: 'Descargar las # (ZIP)' }),
    zipping: 'Empaquetando…',
    csv: 'Informe (CSV)',
    json: 'Informe (JSON)',
    add: 'Añadir fotos',
    clear: 'Quitar todas',
    opening: (done, total) => `Abriendo ${done} de ${total}`,
  },

  failure: {
    stage: (stage) => `Paso: ${stage}`,
    code: (status) => `Código ${status}`,
    retry: 'Intentar de nuevo',
    retryNow: 'Intentar ahora',
    stopWaiting: 'Dejar de esperar',
    waiting: (seconds) => `Se intentará de nuevo en ${seconds} s`,
    gaveUp: 'Varios intentos fallaron. Puede intentarlo de nuevo cuando quiera.',
    back: 'Cambiar opciones',
    another: 'Otra foto',
    keyLabel: 'Clave de API',
    useKey: 'Usar esta clave',
    enlarge: 'Ampliarla sin caras',
    kept: 'Su foto y sus opciones siguen aquí.',
    kinds: {
      unreachable: {
        title: 'El servicio no responde',
        advice: 'Puede que esté apagado o que la red falle.',
      },
      gateway: {
        title: 'No se pudo llegar al servicio',
        advice: 'Algo entre esta página y el servicio respondió en su lugar. Suele arreglarse en un minuto.',
      },
      lost: {
        title: 'Se perdió la conexión',
        advice: 'El servicio dejó de responder durante el proceso. Suele volver en un minuto.',
      },
      garbled: {
        title: 'No se pudo leer la respuesta',
        advice: 'Algo entre esta página y el servicio respondió en su lugar, o sus versiones no coinciden.',
      },
      slow: {
        title: 'La subida tardó demasiado',
        advice: 'Pruebe con una conexión más rápida o un archivo más pequeño.',
      },
      bytes: {
        title: 'El archivo es demasiado grande',
        advice: 'Guárdelo con más compresión o reduzca la foto.',
      },
      pixels: { title: 'La foto tiene demasiados píxeles', advice: 'Amplíela menos o reduzca la foto.' },
      type: {
        title: 'El servicio no puede leer este archivo',
        get advice() {
          return `Guarde la foto como ${formats.anyOf} e inténtelo de nuevo.`;
        },
      },
      damaged: { title: 'La foto no se puede descodificar', advice: 'Expórtela o cópiela de nuevo desde su origen.' },
      small: {
        title: 'La foto es demasiado pequeña',
        advice: 'Su lado corto tiene menos píxeles de los que necesita una cara. Elija una versión más grande.',
      },
      complex: {
        title: 'Leer este archivo cuesta demasiado',
        advice: 'Abra la foto en otro programa y guárdela de nuevo.',
      },
      proportions: {
        title: 'La foto es demasiado larga y estrecha',
        advice: 'Recorte la parte con las caras e inténtelo de nuevo.',
      },
      forbidden: {
        title: 'El servicio no lo permite',
        advice: 'Quien lo opera decide qué direcciones, páginas y claves pueden usarlo.',
      },
      option: {
        title: 'El servicio no aceptó la petición',
        advice: 'Cambie las opciones e inténtelo de nuevo.',
      },
      key: {
        title: 'Este servicio pide una clave de API',
        advice:
          'La da quien opera el servicio. La clave queda solo en la memoria de esta pestaña y desaparece cuando la cierre.',
      },
      noFace: {
        title: 'No se encontró ninguna cara',
        advice:
          'Las caras muy pequeñas, giradas o casi tapadas no se detectan. Pruebe con un recorte más cercano o amplíe la foto tal como está.',
      },
      rate: {
        title: 'Demasiadas peticiones',
        advice: 'El servicio limita cuántas peticiones puede enviar una dirección.',
      },
      busy: { title: 'El servicio está ocupado', advice: 'Otras peticiones van antes.' },
      stageGone: {
        title: 'Una parte del servicio no está disponible',
        advice: 'Puede que esté arrancando o reiniciándose.',
      },
      deadline: {
        title: 'El proceso tardó demasiado',
        advice: 'Amplíe menos, elija una foto más pequeña o inténtelo cuando el servicio esté menos ocupado.',
      },
      stageFailed: {
        title: 'Un paso falló con esta foto',
        advice: 'No se muestra ningún resultado porque podría ser erróneo. Con otras opciones quizá funcione.',
      },
      gone: {
        title: 'El trabajo ya no está',
        advice:
          'Los resultados se guardan solo un tiempo, y los trabajos cancelados no se guardan. Elija el archivo y restáurelo otra vez.',
      },
      internal: {
        title: 'Algo salió mal dentro del servicio',
        advice: 'El registro del servicio tiene los detalles.',
      },
    },
  },

  film: {
    privacy:
      'Su película se envía solo a este servicio. Se guarda en memoria, el resultado por un tiempo, y nunca en un disco.',
    rules: (max) => `O una película: ${films()}, hasta ${max}`,
    rulesElsewhere: 'Las películas las restaura la línea de órdenes: visage video',
    unnamed: 'Película',
    poster: 'Una imagen de su película',
    length: 'Duración',
    faces: (count) => plural(count, { one: 'una en esta imagen', many: '# en esta imagen', other: '# en esta imagen' }),
    canceled: 'Cancelado. Su película sigue aquí.',
    notShown:
      'Este navegador no puede reproducir la película, por eso no se muestra. El servicio puede restaurarla igualmente.',
    tooLarge: 'Las imágenes del resultado tendrían demasiados píxeles.',
    takesNone: 'Este servicio no acepta películas.',
    tooManyBytes: (has, max) => `Esta película ocupa ${has}. Este servicio acepta como máximo ${max}.`,
    tooLong: (has, max) => `Esta película dura ${has}. Este servicio acepta como máximo ${max}.`,
    tooManyPixels: (has, max) => `Cada imagen tiene ${has} megapíxeles. Este servicio acepta como máximo ${max}.`,
    commandLine: 'Donde Visage está instalado, la línea de órdenes la restaura, sin estos límites:',
    copyCommand: 'Copiar la orden',
    copyFailed: 'El navegador no permitió copiar. Seleccione la orden.',
    another: 'Otro archivo',
    close: 'Quitar la película',
    deinterlace: {
      label: 'Desentrelazar',
      help: 'Para grabaciones de televisión cuyos bordes parecen peines.',
    },
    codecHelp: 'Los navegadores reproducen H.264. FFV1 es sin pérdida y grande.',
    working: 'Restaurando su película',
    uploading: 'Subiendo la película',
    position: (position) => `Número ${position} en la cola`,
    lost: 'El servicio no responde. Sigue con la película; esta página seguirá preguntando.',
    address:
      'Puede cerrar esta página: su dirección lleva de vuelta a la película. Quien tenga la dirección también la verá.',
    failed: 'No se pudo restaurar la película',
    play: 'Reproducir',
    pause: 'Pausar',
    mute: 'Sin sonido',
    unmute: 'Con sonido',
    time: 'Posición en la película',
    notPlayed: 'Este navegador no puede reproducir el resultado. La descarga lo contiene.',
    originalGone: 'El servicio no guarda el original. Elíjalo otra vez para comparar ambos.',
    chooseOriginal: 'Elegir el original',
    otherFilm: 'Es otra película: su duración o su forma difieren, o este navegador no puede reproducirla.',
    pictures: 'Imágenes',
    shots: 'Tomas',
    identity: (mean, least) => `${mean} de media, al menos ${least}`,
    flicker: 'Parpadeo de las caras',
    flickerValues: (before, after) => `${before} antes, ${after} ahora`,
    interlaced: (count) =>
      plural(count, {
        one: 'Una imagen tiene dos campos y se restauró tal cual. «Desentrelazar» la completa.',
        many: '# imágenes tienen dos campos y se restauraron tal cual. «Desentrelazar» las completa.',
        other: '# imágenes tienen dos campos y se restauraron tal cual. «Desentrelazar» las completa.',
      }),
    leftOut: 'No está en el resultado',
  },

  part: {
    failed: 'No se pudo cargar esta parte de la página.',
    retry: 'Cargar de nuevo',
  },

  pageError: {
    title: 'Algo salió mal en esta página',
    text: 'No se perdió nada.',
    kept: (count) => plural(count, { one: 'Su foto sigue aquí.', other: 'Sus # fotos siguen aquí.' }),
    none: 'No había ninguna foto abierta.',
    continue: 'Continuar',
  },

  notFound: { title: 'Página no encontrada', back: 'Ir a la página de inicio' },
};
